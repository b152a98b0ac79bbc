package ofelia.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubstitutionTest {

  private static final Map<String, String> VARIABLES =
      Map.of("A", "one", "_b2", "$1\\x", "EMPTY", "", "NESTED", "${A}");

  @ParameterizedTest
  @CsvSource(
      delimiterString = " ~> ",
      quoteCharacter = '\0',
      value = {
        "x${A}y${A} ~> xoneyone",
        "${_b2} ~> $1\\x",
        "${A:-other} ~> one",
        "${EMPTY:-other} ~> other",
        "<${NONE:-}> ~> <>",
        "${NONE:-a:-b} ~> a:-b",
        "${NONE} ~> ${NONE}",
        "${EMPTY} ~> ${EMPTY}",
        "$A ${1A} ${} ${A ~> $A ${1A} ${} ${A",
        "${NESTED} ~> ${A}",
        "${NONE:-${A}} ~> ${A}",
      })
  void replacesVariables(String text, String expected) {
    assertThat(expand(text).text()).isEqualTo(expected);
  }

  @Test
  void namesTheVariablesLeftAsTheyWere() {
    assertThat(expand("${NONE} ${A} ${EMPTY} ${NONE2:-x}").unset())
        .containsExactly("NONE", "EMPTY");
  }

  private static Substitution expand(String text) {
    return Substitution.expand(text, name -> Optional.ofNullable(VARIABLES.get(name)));
  }
}
