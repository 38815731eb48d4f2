package io.flexora.experiment.use;

import java.util.List;
import java.util.function.Consumer;

/** A text that ends before the first of some texts in it. */
final class StoppedText {

  private final List<String> stops;
  private final int held;
  private final Consumer<String> listener;
  private final StringBuilder whole = new StringBuilder();
  private int told;
  private boolean stopped;

  /**
   * An empty text.
   *
   * @param stops the texts that end it
   * @param listener hears of each piece once it cannot be the beginning of such a text
   */
  StoppedText(List<String> stops, Consumer<String> listener) {
    this.stops = stops;
    this.held = stops.stream().mapToInt(String::length).max().orElse(1) - 1;
    this.listener = listener;
  }

  void add(String piece) {
    if (stopped) {
      return;
    }
    whole.append(piece);
    int end = stops.stream().mapToInt(this::place).filter(at -> at >= 0).min().orElse(-1);
    if (end >= 0) {
      stopped = true;
      whole.setLength(end);
    }
    tell(stopped ? end : whole.length() - held);
  }

  private int place(String stop) {
    return whole.indexOf(stop, Math.max(0, told - held));
  }

  /** Tells what was held back. */
  void end() {
    tell(whole.length());
  }

  private void tell(int to) {
    int end =
        to > told && to < whole.length() && Character.isHighSurrogate(whole.charAt(to - 1))
            ? to - 1
            : to;
    if (end > told) {
      listener.accept(whole.substring(told, end));
      told = end;
    }
  }

  boolean isStopped() {
    return stopped;
  }

  @Override
  public String toString() {
    return whole.toString();
  }
}
