package io.flexora.experiment.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Event;
import io.flexora.api.run.Progress;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.RunListener;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuardedListenerTest {

  private final List<String> heard = new ArrayList<>();

  private final RunListener failing =
      new RunListener() {
        @Override
        public void progress(String cell, String phase, Progress progress) {
          heard.add(cell + " " + phase);
          throw new NoClassDefFoundError("of/the/Listener");
        }

        @Override
        public void event(RunEvent event) {
          heard.add(event.kind());
          throw new IllegalStateException("of the listener");
        }

        @Override
        public void notice(String cell, String phase, String sentence) {
          throw new CancelledException();
        }
      };

  @Test
  void whatFailsIsToldOnAndEndsNothing() {
    RunListener guarded = GuardedListener.of(failing);
    guarded.progress("main", "train", Progress.of(1, 2));
    guarded.event(new RunEvent(Instant.EPOCH, "main", "train", 1, new Event.CellStarted()));
    guarded.progress("main", "train", Progress.of(2, 2));
    assertThat(heard).containsExactly("main train", "cell_started", "main train");
  }

  @Test
  void aListenerMayCancel() {
    RunListener guarded = GuardedListener.of(failing);
    assertThatThrownBy(() -> guarded.notice("main", "train", "That is enough."))
        .isInstanceOf(CancelledException.class);
    assertThat(GuardedListener.of(guarded)).isSameAs(guarded);
  }
}
