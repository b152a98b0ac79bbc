package ofelia.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubstitutesTest {

  @Test
  void takesTheVariableAndElseTheFileThatItsKinNames(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("password"), "from file\n");
    Path large = Files.write(folder.resolve("large"), new byte[200_000]);
    Substitutes substitutes =
        new Substitutes(
            Map.of(
                "A", "own",
                "A_FILE", file.toString(),
                "B_FILE", file.toString(),
                "C_FILE", "/no/such/file",
                "D_FILE", large.toString()));
    assertThat(substitutes.find("A")).hasValue("own");
    assertThat(substitutes.find("B")).hasValue("from file");
    assertThat(substitutes.find("C")).isEmpty();
    assertThat(substitutes.find("D")).isEmpty();
    assertThat(substitutes.find("E")).isEmpty();
  }
}
