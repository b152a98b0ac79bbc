# Sourced by ./ofelia and ./test. find_jdk 25 sets JDK to the home of a JDK of that version or a
# later one, or says what to install and fails. No java is started for it: the file `release` in a
# JDK's folder names its version.

jdk_fits() { # home, oldest version
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  while IFS='=' read -r jdk_key jdk_value; do
    if [ "$jdk_key" = JAVA_VERSION ]; then
      jdk_value=${jdk_value#\"}
      jdk_value=${jdk_value%%[!0-9]*}
      [ "${jdk_value:-0}" -ge "$2" ]
      return
    fi
  done <"$1/release"
  return 1
}

find_jdk() {
  set -- "$1" "${JAVA_HOME:-}"
  jdk_on_path=$(command -v javac || true)
  if [ -n "$jdk_on_path" ] && [ -L "$jdk_on_path" ]; then
    jdk_on_path=$(readlink -f "$jdk_on_path" 2>/dev/null || echo "$jdk_on_path")
  fi
  set -- "$@" "${jdk_on_path%/bin/javac}"
  for JDK in "$2" "$3" /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-/nonexistent}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    "${HOME:-/nonexistent}"/.sdkman/candidates/java/* "${HOME:-/nonexistent}"/.jdks/* "${HOME:-/nonexistent}"/.asdf/installs/java/* "${HOME:-/nonexistent}"/.local/share/mise/installs/java/*; do
    if [ -n "$JDK" ] && jdk_fits "$JDK" "$1"; then
      return 0
    fi
  done
  echo "Ofelia needs a JDK $1 or later, and none was found in JAVA_HOME, on the PATH or in the usual folders." >&2
  echo "Install one: https://adoptium.net/temurin/releases/?version=$1" >&2
  echo "  Debian, Ubuntu: apt-get install temurin-$1-jdk   (repository: https://adoptium.net/installation/linux)" >&2
  echo "  macOS: brew install temurin@$1      anywhere: sdk install java $1-tem" >&2
  echo "or set JAVA_HOME to one." >&2
  return 1
}

# Sets MAVEN to the wrapper, which fetches its Maven on first use, or, where it cannot, to an
# installed one.
find_maven() { # folder of the wrapper
  MAVEN=$1/mvnw
  if ! (cd "$1" && JAVA_HOME=$JDK ./mvnw -v) >/dev/null 2>&1; then
    MAVEN=$(command -v mvn) || {
      echo "Cannot fetch Maven (is Maven Central in reach?), and no mvn is installed." >&2
      return 1
    }
  fi
}
