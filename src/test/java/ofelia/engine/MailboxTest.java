package ofelia.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import ofelia.time.SystemTime;
import org.junit.jupiter.api.Test;

class MailboxTest {

  @Test
  void whatIsSentMeanwhileIsForTheNextTurn() {
    Mailbox mailbox = new Mailbox(new SystemTime());
    List<String> carriedOut = new ArrayList<>();
    mailbox.send(() -> {
      carriedOut.add("first");
      mailbox.send(() -> carriedOut.add("later"));
    });
    mailbox.send(() -> carriedOut.add("second"));
    mailbox.drain();
    assertThat(carriedOut).containsExactly("first", "second");
    mailbox.drain();
    assertThat(carriedOut).containsExactly("first", "second", "later");
  }
}
