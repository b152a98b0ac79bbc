package ofelia.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import ofelia.model.JobSpec;
import ofelia.model.Key;
import ofelia.model.Problem;
import ofelia.model.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelsTest {

  private static final Settings ALLOWING_HOST_JOBS =
      new Settings.Builder().put(GlobalKeys.ALLOW_HOST_JOBS_FROM_LABELS, true).build();

  private final List<LabelledContainer> containers = new ArrayList<>();

  @Test
  void aContainerIsTheTargetOfItsOwnJobsUnlessTheyNameAnother() {
    add(
        "web_1",
        1,
        "com.docker.compose.service=web",
        "job-exec.a.schedule=@daily",
        "job-exec.a.command=x",
        "job-exec.b.schedule=@daily",
        "job-exec.b.command=x",
        "job-exec.b.container=other",
        "job-run.c.schedule=@daily",
        "job-run.d.schedule=@daily",
        "job-run.d.image=alpine");

    LabelReading reading = parse(Settings.EMPTY);

    assertThat(reading.problems()).isEmpty();
    assertThat(reading.jobs()).noneMatch(JobSpec::isQuarantined);
    assertThat(names(reading)).containsExactly("web.a", "web.b", "c", "d");
    assertThat(target(reading, "web.a")).isEqualTo("web_1");
    assertThat(target(reading, "web.b")).isEqualTo("other");
    assertThat(target(reading, "c")).isEqualTo("web_1");
    assertThat(target(reading, "d")).isEqualTo("none");
    assertThat(job(reading, "c").source()).isEqualTo("labels");
    assertThat(job(reading, "c").origin()).hasToString("container \"web_1\"");
  }

  @Test
  void severalSchedulesAreAnArrayAndTheZoneMayBeThatOfAllJobs() {
    add(
        "ofelia",
        1,
        "service=true",
        "timezone=Europe/Berlin",
        "day-match=and",
        "job-run.a.schedule=[\"0 9 * * MON-FRI\", \"0 11 * * 6,7\"]",
        "job-run.a.image=alpine",
        "job-run.b.schedule=0 9 1-7 * MON | @reboot",
        "job-run.b.timezone=UTC",
        "job-run.b.image=alpine");

    LabelReading reading = parse(Settings.EMPTY);

    assertThat(reading.problems()).isEmpty();
    assertThat(job(reading, "a").schedule().text())
        .isEqualTo("CRON_TZ=Europe/Berlin 0 9 * * MON-FRI | CRON_TZ=Europe/Berlin 0 11 * * 6,7");
    assertThat(job(reading, "b").schedule().text())
        .isEqualTo("CRON_TZ=UTC DAY_MATCH=and 0 9 1-7 * MON | @reboot");
  }

  @ParameterizedTest
  @CsvSource({
    "service,web.a,plain.a",
    "container,web_1.a,plain.a",
    "container-service,web_1.web.a,plain.a"
  })
  void namesExecJobsByScope(String scope, String inService, String plain) {
    add(
        "web_1",
        2,
        "com.docker.compose.service=web",
        "job-exec.a.schedule=@daily",
        "job-exec.a.command=x");
    add("plain", 1, "job-exec.a.schedule=@daily", "job-exec.a.command=x");

    LabelReading reading =
        parse(new Settings.Builder().put(GlobalKeys.JOB_EXEC_LABEL_SCOPE, scope).build());

    assertThat(names(reading)).containsExactly(inService, plain);
  }

  @Test
  void labelsBelongToTheEngineWhereTheyWereRead() {
    add(
        "db",
        1,
        "service=true",
        "log-level=debug",
        "job-exec.a.schedule=@daily",
        "job-exec.a.command=x",
        "job-exec.a.engine=elsewhere",
        "job-run.b.schedule=@daily",
        "job-run.b.image=i",
        "job-local.c.schedule=@daily",
        "job-local.c.command=x");

    LabelReading reading =
        Labels.parse(containers, Settings.EMPTY, Calendars.NONE, ZoneId.of("UTC"), "nas");

    assertThat(names(reading)).containsExactly("nas.db.a", "nas.b");
    assertThat(reading.jobs())
        .allMatch(job -> job.settings().get(EngineKeys.ENGINE).equals("nas"))
        .allMatch(job -> job.source().equals("labels:nas"));
    assertThat(reading.global()).isEqualTo(Settings.EMPTY);
    assertThat(reading.problems())
        .hasSize(3)
        .allMatch(problem -> problem.text().contains("on engine \"nas\""));
    assertThat(parse(Settings.EMPTY).jobs().getFirst().settings().get(EngineKeys.ENGINE)).isEmpty();
  }

  @Test
  void actOnContainersOnlyWhereTheFileAllowsIt() {
    add(
        "web",
        1,
        "job-container.nightly.schedule=@daily",
        "job-container.nightly.action=restart",
        "job-container.loop.schedule=@daily",
        "job-container.loop.action=restart",
        "job-container.loop.run-on-startup=true",
        "job-container.tidy.schedule=@daily",
        "job-container.tidy.action=prune",
        "job-container.tidy.prune=images",
        "allow-container-jobs-from-labels=true");

    LabelReading without = parse(Settings.EMPTY);
    assertThat(names(without)).containsExactly("web.loop", "web.nightly", "web.tidy");
    assertThat(without.jobs()).allMatch(JobSpec::isQuarantined);
    assertThat(job(without, "web.nightly").problems().getFirst().text())
        .contains("would act on containers", "allow-container-jobs-from-labels = true");

    for (Key<Boolean> permission :
        List.of(
            GlobalKeys.ALLOW_CONTAINER_JOBS_FROM_LABELS, GlobalKeys.ALLOW_HOST_JOBS_FROM_LABELS)) {
      LabelReading with = parse(new Settings.Builder().put(permission, true).build());
      assertThat(with.jobs())
          .filteredOn(JobSpec::isQuarantined)
          .singleElement()
          .satisfies(loop ->
              assertThat(loop.problems().getFirst().text()).contains("would run again and again"));
      assertThat(job(with, "web.nightly").settings().find(ContainerKeys.CONTAINER)).contains("web");
      assertThat(job(with, "web.tidy").settings().find(ContainerKeys.CONTAINER)).isEmpty();
    }
  }

  @Test
  void callOnlyHostsThatTheFileAllows() {
    add(
        "web",
        1,
        "job-http.a.schedule=@daily",
        "job-http.a.url=https://a.example.com/x",
        "job-http.b.schedule=@daily",
        "job-http.b.url=https://b.example.org/x",
        "job-http.c.schedule=@daily",
        "job-http.c.url=https://c.example.com/x",
        "job-http.c.body-file=/etc/shadow",
        "http-allowed-hosts=*");

    LabelReading without = parse(Settings.EMPTY);
    assertThat(without.jobs()).hasSize(3).allMatch(JobSpec::isQuarantined);
    assertThat(job(without, "a").problems().getFirst().text())
        .contains("would call an address", "no http-allowed-hosts");

    List<String> allowed = List.of("*.example.com");
    LabelReading with =
        parse(new Settings.Builder().put(GlobalKeys.HTTP_ALLOWED_HOSTS, allowed).build());
    assertThat(job(with, "a").isQuarantined()).isFalse();
    assertThat(job(with, "a").settings().get(GlobalKeys.HTTP_ALLOWED_HOSTS)).isEqualTo(allowed);
    assertThat(job(with, "b").problems())
        .singleElement()
        .satisfies(p -> assertThat(p.text()).contains("\"b.example.org\", which is not allowed"));
    assertThat(job(with, "c").problems())
        .singleElement()
        .satisfies(p -> assertThat(p.text()).contains("/etc/shadow"));
  }

  @Test
  void ofReplicasTheNewestHasTheExecJobAndTheOtherIsTold() {
    add(
        "web_1",
        1,
        "com.docker.compose.service=web",
        "job-exec.a.schedule=@daily",
        "job-exec.a.command=x");
    add(
        "web_2",
        2,
        "com.docker.compose.service=web",
        "job-exec.a.schedule=@daily",
        "job-exec.a.command=x");

    LabelReading reading = parse(Settings.EMPTY);

    assertThat(target(reading, "web.a")).isEqualTo("web_2");
    assertThat(reading.problems())
        .singleElement()
        .satisfies(p -> assertThat(p.text()).contains("web_1", "web_2", "container-service"));
  }

  @Test
  void theOldestRunningContainerHasTheRunJobAndStoppedOnesOnlyFillGaps() {
    add("new", 3, "job-run.r.schedule=@daily", "job-run.r.image=new");
    add("old", 1, "job-run.r.schedule=@daily", "job-run.r.image=old");
    containers.add(
        stopped(
            "gone",
            0,
            "job-run.r.schedule=@daily",
            "job-run.r.image=gone",
            "job-run.s.schedule=@daily",
            "job-container.c.schedule=@daily",
            "job-container.c.action=start",
            "job-exec.e.schedule=@daily"));

    LabelReading reading = parse(Settings.EMPTY);

    assertThat(names(reading)).containsExactly("r", "s", "gone.c");
    assertThat(target(reading, "gone.c")).isEqualTo("gone");
    assertThat(job(reading, "r").settings().get(RunKeys.IMAGE)).isEqualTo("old");
    assertThat(target(reading, "s")).isEqualTo("gone");
    assertThat(texts(reading.problems())).anyMatch(t -> t.contains("stopped container"));
  }

  @Test
  void otherKindsArePutTogetherKeyByKey() {
    add(
        "newer",
        2,
        "service=true",
        "job-local.l.schedule=@daily",
        "job-local.l.command=a",
        "job-local.l.dir=/a");
    add("older", 1, "service=true", "job-local.l.command=b", "job-local.l.environment=[\"A=1\"]");

    LabelReading reading = parse(ALLOWING_HOST_JOBS);

    assertThat(job(reading, "l").settings().lines())
        .containsExactly("command=b", "dir=/a", "environment=A=1");
    assertThat(job(reading, "l").isQuarantined()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "volume,/etc:/etc,true",
    "Volume,/etc:/etc,true",
    "vol-ume,./x:/x,true",
    "v_olume,~/x:/x,true",
    "volume,'[\"data:/d\",\"/:/host\"]',true",
    "volume,C:\\x:/x,true",
    "volumes-from,db,true",
    "VolumesFrom,db,true",
    "volume,data:/data,false",
    "volume,/anonymous,false",
    "volumes-from,'',false",
    "privileged,x,false",
    "cap-add,SYS_ADMIN,true",
    "cap_add,'net_bind_service,chown',false",
    "cap-drop,ALL,false",
    "security-opt,seccomp=unconfined,true",
    "security-opt,no-new-privileges,false",
    "network,host,true",
    "network,container:db,true",
    "network,backend,false",
    "gpus,all,true",
    "tmpfs,/tmp,false",
    "memory,64m,false"
  })
  void jobsFromLabelsDoNotReachTheHost(String key, String value, boolean isRefused) {
    add(
        "web",
        1,
        "job-run.r.schedule=@daily",
        "job-run.r.image=i",
        "job-run.r." + key + "=" + value);

    assertThat(job(parse(Settings.EMPTY), "r").isQuarantined()).isEqualTo(isRefused);
    assertThat(job(parse(ALLOWING_HOST_JOBS), "r").isQuarantined()).isFalse();
  }

  @Test
  void execJobsFromLabelsNeedPermissionForPrivilegesAndFilesOfTheDaemon() {
    add("a", 2, "job-exec.x.schedule=@daily", "job-exec.x.command=x", "job-exec.x.Privileged=true");
    add("b", 1, "job-exec.x.schedule=@daily", "job-exec.x.command=x", "job-exec.x.env-file=/s");

    add("c", 1, "job-exec.x.schedule=@daily", "job-exec.x.command=x", "job-exec.x.secret=P=/t");

    LabelReading refused = parse(Settings.EMPTY);

    assertThat(job(refused, "c.x").problems().getFirst().found()).contains("\"/t\"");
    assertThat(job(parse(ALLOWING_HOST_JOBS), "c.x").isQuarantined()).isFalse();
    assertThat(job(refused, "a.x").problems().getFirst().found()).contains("privileges");
    assertThat(job(refused, "b.x").problems().getFirst().found()).contains("\"/s\"");
    assertThat(job(parse(ALLOWING_HOST_JOBS), "a.x").isQuarantined()).isFalse();
    assertThat(job(parse(ALLOWING_HOST_JOBS), "b.x").isQuarantined()).isFalse();
  }

  @Test
  void aLabelledContainerIsNoTargetOfAJobThatHasAnother() {
    add(
        "web",
        1,
        "job-exec.x.schedule=@daily",
        "job-exec.x.target-service=worker",
        "job-exec.x.script=set -e\nmake clean\nmake");

    JobSpec job = job(parse(Settings.EMPTY), "web.x");

    assertThat(job.problems()).isEmpty();
    assertThat(job.settings().find(ContainerKeys.CONTAINER)).isEmpty();
    assertThat(job.settings().get(ProgramKeys.SCRIPT)).isEqualTo("set -e\nmake clean\nmake");
  }

  @Test
  void localJobsFromLabelsNeedTheServiceContainerAndPermission() {
    add("web", 2, "job-local.a.schedule=@daily", "job-local.a.command=x");
    add("ofelia", 1, "service=true", "job-local.b.schedule=@daily", "job-local.b.command=x");

    LabelReading refused = parse(Settings.EMPTY);

    assertThat(names(refused)).containsExactly("b");
    assertThat(job(refused, "b").problems())
        .singleElement()
        .satisfies(p -> assertThat(p.text()).contains("allow-host-jobs-from-labels = true"));
    assertThat(job(parse(ALLOWING_HOST_JOBS), "b").isQuarantined()).isFalse();
  }

  @Test
  void aBadValueHoldsBackItsOwnJobOnly() {
    add("ofelia", 3, "service=true", "log-level=loud", "max-runtime=1h", "smtp-host=mail");
    add("bad", 2, "job-exec.a.schedule=never ever", "job-exec.a.command=x", "job-exec.a.tty=2");
    add(
        "good",
        1,
        "job-exec.a.schedule=@daily",
        "job-exec.a.command=x",
        "job-exec.a.comand=y",
        "job-run.r.schedule=@daily",
        "job-run.r.annotations=[\"a=1\", \"b=2\"]");

    LabelReading reading = parse(Settings.EMPTY);

    assertThat(job(reading, "bad.a").problems()).hasSize(2);
    assertThat(job(reading, "good.a").isQuarantined()).isFalse();
    assertThat(job(reading, "good.a").settings().get(JobKeys.MAX_RUNTIME)).hasHours(1);
    assertThat(job(reading, "r").settings().get(RunKeys.ANNOTATIONS)).containsExactly("a=1", "b=2");
    assertThat(reading.global().lines()).containsExactly("max-runtime=1h");
    assertThat(texts(reading.problems()))
        .anyMatch(t -> t.contains("label ofelia.log-level") && t.contains("loud"))
        .anyMatch(t -> t.contains("a.comand") && t.contains("did you mean \"command\""))
        .anyMatch(t -> t.contains("smtp-host") && t.contains("no effect in this version"));
  }

  @Test
  void labelsCannotWidenWhatTheDaemonMayDo() {
    add(
        "ofelia",
        2,
        "service=true",
        "allow-host-jobs-from-labels=true",
        "Save-Folder=/etc",
        "jobExecLabelScope=container",
        "job-local.l.schedule=@daily",
        "job-local.l.command=x");
    add("web", 1, "log-level=debug");

    LabelReading reading = parse(Settings.EMPTY);

    assertThat(reading.global()).isEqualTo(Settings.EMPTY);
    assertThat(job(reading, "l").isQuarantined()).isTrue();
    assertThat(texts(reading.problems()))
        .filteredOn(t -> t.contains("is refused") && t.contains("\"ofelia\""))
        .hasSize(3);
    assertThat(texts(reading.problems()))
        .anyMatch(t -> t.contains("\"web\"") && t.contains("not the service container"));
  }

  @Test
  void whatIsNotUnderstoodIsSaidAndDoesNoHarm() {
    add(
        "web",
        1,
        "job-exce.a.schedule=@daily",
        "job-run.my.job.schedule=@daily",
        "webhook.w.url=https://x",
        "jobs=none");
    containers.add(
        new LabelledContainer(
            "off", Map.of("ofelia.job-exec.a.schedule", "@daily"), true, Instant.EPOCH));

    LabelReading reading = parse(Settings.EMPTY);

    assertThat(names(reading)).containsExactly("my");
    assertThat(texts(reading.problems()))
        .anyMatch(t -> t.contains("job-exce.a") && t.contains("did you mean \"job-exec\""))
        .anyMatch(t -> t.contains("cannot have dots"))
        .anyMatch(t -> t.contains("webhook.w") && t.contains("no effect"))
        .anyMatch(t -> t.contains("ofelia.jobs") && t.contains("not a known label"));
  }

  @Test
  void theOrderOfContainersDoesNotMatter() {
    add("a", 1, "job-run.r.schedule=@daily", "job-run.r.image=a");
    add("b", 1, "job-run.r.schedule=@daily", "job-run.r.image=b");
    LabelReading reading = parse(Settings.EMPTY);

    Collections.reverse(containers);

    assertThat(parse(Settings.EMPTY)).isEqualTo(reading);
  }

  private void add(String name, long age, String... labels) {
    containers.add(container(name, true, age, labels));
  }

  private static LabelledContainer stopped(String name, long age, String... labels) {
    return container(name, false, age, labels);
  }

  private static LabelledContainer container(
      String name, boolean isRunning, long created, String... labels) {
    Map<String, String> all = new HashMap<>();
    all.put("ofelia.enabled", "true");
    for (String label : labels) {
      int equals = label.indexOf('=');
      String key = label.substring(0, equals);
      all.put(key.startsWith("com.") ? key : "ofelia." + key, label.substring(equals + 1));
    }
    return new LabelledContainer(name, all, isRunning, Instant.ofEpochSecond(created));
  }

  private LabelReading parse(Settings global) {
    return Labels.parse(containers, global, Calendars.NONE, ZoneId.of("UTC"));
  }

  private static List<String> names(LabelReading reading) {
    return reading.jobs().stream().map(j -> j.name().value()).toList();
  }

  private static JobSpec job(LabelReading reading, String name) {
    return reading.jobs().stream()
        .filter(j -> j.name().value().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String target(LabelReading reading, String name) {
    return job(reading, name).settings().find(ContainerKeys.CONTAINER).orElse("none");
  }

  private static List<String> texts(List<Problem> problems) {
    return problems.stream().map(Problem::text).toList();
  }
}
