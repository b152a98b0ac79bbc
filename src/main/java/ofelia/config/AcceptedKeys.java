package ofelia.config;

import static ofelia.model.Key.Place.GLOBAL;
import static ofelia.model.Key.Place.GLOBAL_LABEL;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import ofelia.model.Key;
import ofelia.model.Key.Place;
import ofelia.model.ValueType;

/// Keys of the Go Ofelia that are accepted, so that its files load, and do nothing in this version.
/// Their values are not looked at; each gives one warning.
final class AcceptedKeys {

  private AcceptedKeys() {}

  private static final Set<Place> IN_GLOBAL = Set.of(GLOBAL);
  private static final Set<Place> IN_GLOBAL_AND_LABELS = Set.of(GLOBAL, GLOBAL_LABEL);

  private static final ValueType<String> TEXT = KeyTypes.TEXT;
  private static final ValueType<Boolean> BOOLEAN = KeyTypes.BOOLEAN;
  private static final ValueType<Integer> INTEGER =
      KeyTypes.integer(Integer.MIN_VALUE, Integer.MAX_VALUE);
  private static final ValueType<List<String>> COMMAS = KeyTypes.COMMA_LIST;

  static final List<Key<?>> ALL =
      Stream.of(
              key(
                  "depends-on",
                  KeyTypes.LIST,
                  Places.EVERY_JOB,
                  "Jobs that must have run before.",
                  "init"),
              key(
                  "on-success",
                  KeyTypes.LIST,
                  Places.EVERY_JOB,
                  "Jobs to run after a success.",
                  "report"),
              key(
                  "on-failure",
                  KeyTypes.LIST,
                  Places.EVERY_JOB,
                  "Jobs to run after a failure.",
                  "alarm"),
              key("allow-parallel", BOOLEAN, Places.EVERY_JOB, "Never had an effect.", "false"),
              key(
                  "history-limit",
                  INTEGER,
                  Places.EVERY_JOB,
                  "Runs kept in memory; the store keeps them all.",
                  "20"),
              key("webhooks", COMMAS, Places.EVERY_JOB, "Webhooks of this job.", "team-chat"),
              key(
                  "slack-webhook",
                  TEXT,
                  Places.EVERY_JOB_AND_GLOBALS,
                  "Deprecated: where Slack listens.",
                  "https://…"),
              key(
                  "slack-only-on-error",
                  BOOLEAN,
                  Places.EVERY_JOB_AND_GLOBALS,
                  "Tell Slack of failures only.",
                  "true"),
              key(
                  "smtp-host",
                  TEXT,
                  Places.EVERY_JOB_AND_GLOBALS,
                  "The mail server.",
                  "mail.example.com"),
              key("smtp-port", INTEGER, Places.EVERY_JOB_AND_GLOBALS, "Its port.", "587"),
              key(
                  "smtp-user",
                  TEXT,
                  Places.EVERY_JOB_AND_GLOBALS,
                  "The user to log in as.",
                  "ofelia"),
              key(
                  "smtp-password",
                  TEXT,
                  Places.EVERY_JOB_AND_GLOBALS,
                  "Their password.",
                  "${SMTP_PASSWORD}"),
              key(
                  "smtp-tls-skip-verify",
                  BOOLEAN,
                  Places.EVERY_JOB_AND_GLOBALS,
                  "Trust any certificate of the mail server.",
                  "true"),
              key(
                  "smtp-tls-policy",
                  TEXT,
                  Places.EVERY_JOB_AND_GLOBALS,
                  "`mandatory`, `opportunistic` or `none`.",
                  "opportunistic"),
              key(
                  "email-to",
                  COMMAS,
                  Places.EVERY_JOB_AND_GLOBALS,
                  "Who gets mail.",
                  "ops@example.com"),
              key(
                  "email-from",
                  TEXT,
                  Places.EVERY_JOB_AND_GLOBALS,
                  "Who mail comes from.",
                  "ofelia@example.com"),
              key(
                  "email-subject",
                  TEXT,
                  Places.EVERY_JOB_AND_GLOBALS,
                  "A template of the subject.",
                  "{{.Job.Name}}"),
              key(
                  "mail-only-on-error",
                  BOOLEAN,
                  Places.EVERY_JOB_AND_GLOBALS,
                  "Mail failures only.",
                  "true"),
              key(
                  "save-folder",
                  TEXT,
                  Places.EVERY_JOB_AND_GLOBAL,
                  "A directory for a file of each run.",
                  "/var/log/ofelia"),
              key(
                  "save-only-on-error",
                  BOOLEAN,
                  Places.EVERY_JOB_AND_GLOBALS,
                  "Save failures only.",
                  "true"),
              key(
                  "save-mode",
                  TEXT,
                  Places.EVERY_JOB_AND_GLOBAL,
                  "Octal mode of these files.",
                  "0640"),
              key(
                  "save-folder-mode",
                  TEXT,
                  Places.EVERY_JOB_AND_GLOBAL,
                  "Octal mode of the directory.",
                  "0750"),
              key(
                  "restore-history",
                  BOOLEAN,
                  IN_GLOBAL_AND_LABELS,
                  "Read saved files at the start; the store remembers without them.",
                  "true"),
              key(
                  "restore-history-max-age",
                  KeyTypes.DURATION,
                  IN_GLOBAL_AND_LABELS,
                  "How old they may be.",
                  "24h"),
              key(
                  "notification-cooldown",
                  KeyTypes.DURATION,
                  IN_GLOBAL_AND_LABELS,
                  "Do not tell of the same failure again within this time.",
                  "1h"),
              key(
                  "enable-strict-validation",
                  BOOLEAN,
                  IN_GLOBAL_AND_LABELS,
                  "Everything is always checked.",
                  "true"),
              key(
                  "webhook-webhooks",
                  COMMAS,
                  IN_GLOBAL_AND_LABELS,
                  "Webhooks of all jobs.",
                  "team-chat"),
              key(
                  "webhook-default-preset",
                  TEXT,
                  IN_GLOBAL_AND_LABELS,
                  "The preset of webhooks that name none.",
                  "json-post"),
              key(
                  "webhook-preset-cache-ttl",
                  KeyTypes.DURATION,
                  IN_GLOBAL_AND_LABELS,
                  "How long fetched presets are kept.",
                  "24h"),
              key(
                  "webhook-preset-cache-dir",
                  TEXT,
                  IN_GLOBAL,
                  "Where they are kept.",
                  "/var/cache/ofelia"),
              key(
                  "webhook-allow-remote-presets",
                  BOOLEAN,
                  IN_GLOBAL,
                  "Fetch presets from elsewhere.",
                  "true"),
              key(
                  "webhook-trusted-preset-sources",
                  COMMAS,
                  IN_GLOBAL,
                  "Where presets may come from.",
                  "gh:example/presets"),
              key(
                  "webhook-allowed-hosts",
                  COMMAS,
                  IN_GLOBAL,
                  "Hosts that webhooks may reach.",
                  "hooks.example.com"),
              key("enable-web", BOOLEAN, IN_GLOBAL, "Serve the web page and its API.", "true"),
              key("web-address", TEXT, IN_GLOBAL, "Where it listens.", "127.0.0.1:8081"),
              key("web-auth-enabled", BOOLEAN, IN_GLOBAL, "Ask for a password.", "true"),
              key("web-username", TEXT, IN_GLOBAL, "Whose.", "admin"),
              key("web-password-hash", TEXT, IN_GLOBAL, "Its bcrypt hash.", "${WEB_HASH}"),
              key("web-secret-key", TEXT, IN_GLOBAL, "The key that signs tokens.", "${WEB_KEY}"),
              key("web-token-expiry", INTEGER, IN_GLOBAL, "Hours a login lasts.", "24"),
              key(
                  "web-max-login-attempts",
                  INTEGER,
                  IN_GLOBAL,
                  "Tries to log in, a minute and address.",
                  "5"),
              key(
                  "web-trusted-proxies",
                  COMMAS,
                  IN_GLOBAL,
                  "Proxies that may name the client.",
                  "10.0.0.0/8"),
              key("enable-pprof", BOOLEAN, IN_GLOBAL, "Profiling of the Go program.", "true"),
              key("pprof-address", TEXT, IN_GLOBAL, "Where it listens.", "127.0.0.1:8080"))
          .<Key<?>>map(k -> k)
          .toList();

  private static <T> Key<T> key(
      String name, ValueType<T> type, Set<Place> places, String meaning, String example) {
    return new Key<>(name, type, Optional.empty(), places, meaning, example, false);
  }
}
