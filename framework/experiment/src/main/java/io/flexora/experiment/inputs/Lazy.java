package io.flexora.experiment.inputs;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A value that is made when it is first asked for, and kept. What fails is tried again. Not for
 * several threads.
 *
 * @param <T> the value
 */
final class Lazy<T> {

  private final Supplier<T> making;
  private Optional<T> made = Optional.empty();

  Lazy(Supplier<T> making) {
    this.making = making;
  }

  T get() {
    if (made.isEmpty()) {
      made = Optional.of(making.get());
    }
    return made.get();
  }

  boolean isMade() {
    return made.isPresent();
  }

  /** Ends the use of the value, if it was made; it is made anew if it is asked for again. */
  void release(Consumer<T> end) {
    Optional<T> last = made;
    made = Optional.empty();
    last.ifPresent(end);
  }
}
