package ofelia.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LabelKeyTest {

  @Test
  void splitsLabelsAtTheirDots() {
    assertThat(LabelKey.parse("ofelia.job-exec.backup.schedule"))
        .isEqualTo(new LabelKey.Parameter("job-exec", "backup", "schedule", List.of()));
    assertThat(LabelKey.parse("ofelia.webhook.w.url"))
        .isEqualTo(new LabelKey.Parameter("webhook", "w", "url", List.of()));
    assertThat(LabelKey.parse("ofelia.job-exec.my.nightly.job"))
        .isEqualTo(new LabelKey.Parameter("job-exec", "my", "nightly", List.of("job")));
    assertThat(LabelKey.parse("ofelia-2.job-run.x.image"))
        .isEqualTo(new LabelKey.Parameter("job-run", "x", "image", List.of()));
    assertThat(LabelKey.parse("ofelia.log-level"))
        .isEqualTo(new LabelKey.Global("log-level", List.of()));
    assertThat(LabelKey.parse("ofelia.log-level.x"))
        .isEqualTo(new LabelKey.Global("log-level", List.of("x")));
  }

  @Test
  void leavesOtherLabelsAlone() {
    assertThat(LabelKey.parse("ofelia")).isEqualTo(new LabelKey.Foreign());
    assertThat(LabelKey.parse("com.docker.compose.service")).isEqualTo(new LabelKey.Foreign());
    assertThat(LabelKey.parse("Ofelia.enabled")).isEqualTo(new LabelKey.Foreign());
  }

  @Test
  void comparesKeysWithoutCaseAndDashes() {
    assertThat(List.of("save-folder", "Save_Folder", "savefolder", "sa-vefolder"))
        .extracting(KeyName::normalize)
        .containsOnly("savefolder");
  }
}
