package io.flexora.experiment.setup;

import io.flexora.api.run.Notices;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * Keeps what the extensions of an experiment have told, for its record. Until somebody hears of it,
 * it is logged.
 */
public final class NoticeLog implements Notices {

  private final Set<String> told = new LinkedHashSet<>();
  private Consumer<String> hearer = LoggerFactory.getLogger(NoticeLog.class)::warn;

  @Override
  public synchronized void add(String sentence) {
    if (told.add(sentence)) {
      hearer.accept(sentence);
    }
  }

  /** Tells another hearer of all so far, and of what is told from now on. */
  public synchronized void tellAll(Consumer<String> other) {
    told.forEach(other);
    hearer = other;
  }

  /** Tells another hearer of what is told from now on. */
  public synchronized void tellFurther(Consumer<String> other) {
    hearer = other;
  }

  /** All so far, in their order. */
  public synchronized List<String> all() {
    return List.copyOf(told);
  }
}
