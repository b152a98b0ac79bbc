# Sourced by dev/engine for podman-4 and podman-5: what is different there. Podman has no daemon: a
# service answers the Docker API, and each container has a process of its own, conmon, that lives on
# without it. The service sees a network of its own, so that neither its bridges nor its addresses
# meet the machine's.

socket=$run/podman.sock
podman=$dist/usr/bin/podman
namespace=$run/network

answers() { [ -S "$socket" ] && "$podman" --url "unix://$socket" version >/dev/null 2>&1; }

describe() { "$podman" --url "unix://$socket" version --format 'Podman {{.Server.Version}} (API {{.Server.APIVersion}})'; }

# Programs find their libraries beside them, whoever starts them with whatever environment.
find_tools() {
  PATH=$dist/usr/sbin:$dist/usr/bin:$dist/bin:$PATH
  # Each folder is named, so that none of the machine's is read or written; conmon leaves a file where
  # it is when memory runs out.
  own=(env -C "$run" "PATH=$run/bin:$PATH" HOME="$run/home" CONTAINERS_CONF="$run/containers.conf"
    CONTAINERS_STORAGE_CONF="$run/storage.conf" CONTAINERS_REGISTRIES_CONF="$run/registries.conf"
    PODMAN_IGNORE_CGROUPSV1_WARNING=1 nsenter --net="$namespace" "$podman" --root "$run/storage" --runroot "$run/state"
    --tmpdir "$run/tmp" --volumepath "$run/volumes" --network-config-dir "$run/networks" --storage-driver overlay --log-level warn)
}

download() {
  local packages="busybox-static/bookworm patchelf/bookworm runc/bookworm catatonit/bookworm"
  case $version in
    podman-4) unpack "Podman 4" "$dist" "" "$packages podman/bookworm conmon/bookworm netavark/bookworm
      aardvark-dns/bookworm libgpgme11/bookworm libassuan0/bookworm libgpg-error0/bookworm libseccomp2/bookworm
      libsubid4/bookworm libdevmapper1.02.1/bookworm libudev1/bookworm libselinux1/bookworm libpcre2-8-0/bookworm
      libglib2.0-0/bookworm libsystemd0/bookworm libcap2/bookworm libgcrypt20/bookworm liblz4-1/bookworm
      libzstd1/bookworm liblzma5/bookworm libgcc-s1/bookworm" ;;
    podman-5) unpack "Podman 5" "$dist" trixie "$packages podman/trixie conmon/trixie netavark/trixie
      aardvark-dns/trixie libgpgme11t64/trixie libassuan9/trixie libgpg-error0/trixie libseccomp2/trixie
      libsubid5/trixie libsqlite3-0/trixie libglib2.0-0t64/trixie libsystemd0/trixie libcap2/trixie
      libpcre2-8-0/trixie libgcrypt20/trixie libgcc-s1/trixie libc6/trixie" ;;
  esac
  [ -e "$dist/bound" ] || bind_libraries
}

# Podman 5 wants a newer C library than older systems have, which must not reach the programs of
# those; so each program is told where its own lie, and its loader, too, where that was unpacked.
bind_libraries() {
  local libraries loader program
  libraries=$(printf ':%s' "$dist"/usr/lib/*-linux-gnu "$dist"/lib/*-linux-gnu)
  loader=$(find "$dist" -name 'ld-linux-*.so.*' -print -quit)
  for program in bin/podman bin/conmon sbin/runc lib/podman/netavark lib/podman/aardvark-dns; do
    "$dist/usr/bin/patchelf" ${loader:+--set-interpreter "$loader"} --force-rpath --set-rpath "${libraries#:}" \
      "$dist/usr/$program" || die "cannot bind $program to its libraries"
  done
  touch "$dist/bound"
}

# Podman without the service.
in_namespace() { "${own[@]}" "$@"; }

configure() {
  mkdir -p "$run"/{home/.config/containers,tmp,networks,bin}
  echo '{"default": [{"type": "insecureAcceptAnything"}]}' >"$run/home/.config/containers/policy.json"
  printf '[storage]\ndriver = "overlay"\ngraphroot = "%s"\nrunroot = "%s"\n' "$run/storage" "$run/state" >"$run/storage.conf"
  : >"$run/registries.conf"
  local files processes
  files=$(ulimit -Hn)
  processes=$(ulimit -Hu)
  # Podman asks for a million of each, which not every root may have.
  if [ "$files" = unlimited ] || [ "$files" -gt 1048576 ]; then files=1048576; fi
  if [ "$processes" = unlimited ] || [ "$processes" -gt 32768 ]; then processes=32768; fi
  cat >"$run/containers.conf" <<TOML
[containers]
log_driver = "k8s-file"
default_ulimits = ["nofile=$files:$files", "nproc=$processes:$processes"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
events_logfile_max_size = 1073741824
lock_type = "file"
conmon_path = ["$dist/usr/bin/conmon"]
helper_binaries_dir = ["$dist/usr/lib/podman", "$dist/usr/libexec/podman"]
init_path = "$dist/usr/libexec/podman/catatonit"
[engine.runtimes]
runc = ["$run/bin/runc"]
[network]
network_backend = "netavark"
firewall_driver = "none"
TOML
  # Podman forgets an option for the runtime when it tidies up after a container.
  cat >"$run/bin/runc" <<SH
#!/bin/sh
# Podman 4 adds its own limit of processes to those that a container is given.
for word; do
  if [ "\$before" = --bundle ]; then
    sed -i 's/"type":"RLIMIT_NPROC","hard":1048576,"soft":1048576/"type":"RLIMIT_NPROC","hard":$processes,"soft":$processes/' "\$word/config.json"
  fi
  before=\$word
done
exec "$dist/usr/sbin/runc" --root "$run/runc" "\$@"
SH
  # No firewall rules here either; the netavark of Podman 4 cannot be told so.
  printf '#!/bin/sh\n[ "$1" != --version ] || echo "iptables v1.8.9 (none)"\n' >"$run/bin/iptables"
  cp "$run/bin/iptables" "$run/bin/ip6tables"
  chmod +x "$run"/bin/*
}

make_engine() {
  configure
  : >"$namespace"
  unshare --net="$namespace" true && nsenter --net="$namespace" busybox ip link set lo up \
    || die "cannot make a network namespace; this needs CAP_SYS_ADMIN (root outside of a container, or docker run --privileged)"
  start_service
}

start_service() {
  local i
  [ -z "$tls" ] || die "Podman's service has no TLS"
  rm -f "$socket"
  setsid "${own[@]}" system service --time 0 "unix://$socket" >>"$run/podman.log" 2>&1 </dev/null 9>&- &
  echo $! >"$run/podman.pid"
  for ((i = 0; i < 300; i++)); do
    if answers; then return 0; fi
    [ -e "/proc/$(cat "$run/podman.pid")" ] || break
    sleep 0.1
  done
  tail -20 "$run/podman.log" >&2
  die "Podman's service did not start; its log is $run/podman.log"
}

is_made() { [ -e "$namespace" ] && awk -v file="$namespace" '$5 == file { found = 1 } END { exit !found }' /proc/self/mountinfo; }

end_service() { end podman "$1" "$2"; }

# Those of all containers that it ever had: they are named in its log of events.
own_cgroups() {
  local folder
  for folder in $(find /sys/fs/cgroup -depth -type d -path '*/libpod_parent/libpod-*' 2>/dev/null); do
    if grep -qFs "$(expr "$folder" : '.*/libpod-\([0-9a-f]*\)')" "$run/tmp/events/events.log"; then echo "$folder"; fi
  done
}

# Names that the Docker API completes as Docker does.
import_image() { tar -C "$1" -c . | in_namespace import --quiet --change "$3" - "docker.io/$2" >/dev/null; }

build_image() { sed 's|^FROM |&docker.io/|' | in_namespace build --format docker --quiet --tag "docker.io/$1" - >/dev/null 2>>"$run/images.log"; }

stop_all() {
  end_service TERM 100
  ! is_made || in_namespace rm --all --force --time 0 >/dev/null 2>&1 || true
}
