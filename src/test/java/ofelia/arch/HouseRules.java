package ofelia.arch;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The rules that a compiled class can break. Each method returns one sentence per broken rule, so
/// that a test can ask for none in the program and for some in the fixtures.
///
/// Code written by annotation processors is left out: it sits beside what it was made from, and its
/// names and shapes are not ours.
record HouseRules(String root, List<Room> rooms) {
  private static final Set<String> FREE = Set.of("java", "org.jspecify", "jdk");
  private static final Set<String> ANNOTATIONS =
      Set.of("com.google.errorprone.annotations", "javax.annotation");

  /// Parts of the JDK that a room must be named for.
  private static final Set<String> GUARDED = Set.of("java.sql", "javax.sql");

  private static final Pattern FORBIDDEN_WORD =
      Pattern.compile(
          "(Manager|Helper|Utils?|Impl|Base|Abstract|Data|Info|Processor|Common|Misc)"
              + "(?![a-z])");

  /// Where the present moment and waiting come from; only the room `time` may ask.
  private static final Set<String> CLOCKS =
      Set.of(
          "java.lang.Thread.sleep",
          "java.lang.System.currentTimeMillis",
          "java.lang.System.nanoTime",
          "java.time.Instant.now",
          "java.time.LocalDate.now",
          "java.time.LocalTime.now",
          "java.time.LocalDateTime.now",
          "java.time.OffsetDateTime.now",
          "java.time.ZonedDateTime.now",
          "java.time.Clock.systemUTC",
          "java.time.Clock.systemDefaultZone",
          "java.time.Clock.system",
          "java.time.InstantSource.system");

  /// What an ahead-of-time compiler cannot follow.
  private static final Set<String> OPEN_WORLD =
      Set.of(
          "java.lang.Class.forName",
          "java.lang.Class.newInstance",
          "java.lang.ClassLoader.loadClass",
          "java.lang.reflect.Proxy.newProxyInstance",
          "java.lang.Class.getMethod",
          "java.lang.Class.getMethods",
          "java.lang.Class.getDeclaredMethod",
          "java.lang.Class.getDeclaredMethods",
          "java.lang.Class.getConstructor",
          "java.lang.Class.getDeclaredConstructor",
          "java.lang.Class.getField",
          "java.lang.Class.getDeclaredField",
          "java.lang.Class.getDeclaredFields");

  /// A room imports lower floors only, and outside libraries only where the table names them.
  Set<String> wrongImports(JavaClasses classes) {
    var wrong = new TreeSet<String>();
    for (JavaClass origin : ours(classes)) {
      Optional<Room> from = roomOf(origin.getPackageName());
      if (from.isEmpty()) {
        wrong.add(origin.getName() + " lies in no room of the table");
        continue;
      }
      for (Dependency dependency : origin.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        if (!target.isPrimitive() && !mayImport(from.get(), target.getPackageName())) {
          wrong.add(
              "%s (floor %d) imports %s in %s"
                  .formatted(
                      from.get().name(), from.get().floor(), target.getName(), origin.getName()));
        }
      }
    }
    return wrong;
  }

  private boolean mayImport(Room from, String target) {
    if (Room.isWithin(target, root)) {
      return roomOf(target)
          .map(to -> to.equals(from) || to.floor() < from.floor())
          .orElse(target.equals(root + ".jsonb"));
    }
    if (from.admits(target) || ANNOTATIONS.stream().anyMatch(a -> Room.isWithin(target, a))) {
      return true;
    }
    return GUARDED.stream().noneMatch(guarded -> Room.isWithin(target, guarded))
        && (FREE.stream().anyMatch(free -> Room.isWithin(target, free))
            || Room.isWithin(target, "javax.net")
            || Room.isWithin(target, "javax.crypto")
            || Room.isWithin(target, "com.sun.net.httpserver"));
  }

  private Optional<Room> roomOf(String packageName) {
    return rooms.stream()
        .filter(room -> Room.isWithin(packageName, root + "." + room.name()))
        .findFirst();
  }

  /// Names say what a thing holds or does.
  Set<String> emptyNames(JavaClasses classes) {
    var wrong = new TreeSet<String>();
    for (JavaClass type : ours(classes)) {
      var word = FORBIDDEN_WORD.matcher(type.getSimpleName());
      if (word.find()) {
        wrong.add(type.getName() + " is named " + word.group());
      }
    }
    return wrong;
  }

  /// Clock and waiting are passed in; the closed world stays closed.
  Set<String> forbiddenCalls(JavaClasses classes) {
    var wrong = new TreeSet<String>();
    for (JavaClass type : ours(classes)) {
      boolean keepsTime = Room.isWithin(type.getPackageName(), root + ".time");
      boolean guardsSockets = Room.isWithin(type.getPackageName(), root + ".wire");
      for (JavaAccess<?> access : accesses(type)) {
        AccessTarget target = access.getTarget();
        String name = target.getOwner().getFullName() + "." + target.getName();
        // A real socket cannot wait in simulated time.
        boolean isDeadline = guardsSockets && name.equals("java.lang.System.nanoTime");
        if (OPEN_WORLD.contains(name) || (CLOCKS.contains(name) && !keepsTime && !isDeadline)) {
          wrong.add(access.getOrigin().getFullName() + " calls " + name);
        }
      }
    }
    return wrong;
  }

  private static List<JavaAccess<?>> accesses(JavaClass type) {
    var accesses = new ArrayList<JavaAccess<?>>(type.getMethodCallsFromSelf());
    accesses.addAll(type.getMethodReferencesFromSelf());
    return accesses;
  }

  private static List<JavaClass> ours(JavaClasses classes) {
    return Stream.of(classes.toArray(JavaClass[]::new))
        .filter(type -> !type.getPackageName().endsWith(".jsonb"))
        .filter(type -> !type.getSimpleName().endsWith("JsonAdapter"))
        .filter(type -> !type.getSimpleName().endsWith("JsonComponent"))
        .toList();
  }
}
