package io.flexora.jinja.value;

import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.dialect.JinjaOptions;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** One rendering: where it is and how much more it may do. */
public final class Run {
  /** How many statements, operations, calls and visited elements a rendering may have. */
  public static final int STEPS = 5_000_000;

  /** How many characters and elements a rendering may make. */
  public static final int CHARACTERS = 50_000_000;

  /** How many characters of texts a rendering may look at, each as often as it does so. */
  public static final int LOOKS = 500_000_000;

  /** The processor time that a rendering may take, in seconds. */
  public static final int SECONDS = 10;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int WORK_BETWEEN_READINGS = 100_000;
  private static final int WORK_OF_A_STEP = 50;

  private final JinjaOptions options;
  private final long started = processorTime();
  private long unread;
  private int line = 1;
  private int steps = STEPS;
  private long characters = CHARACTERS;
  private long looks = LOOKS;
  private int depth;

  public Run(JinjaOptions options) {
    this.options = options;
  }

  public JinjaOptions options() {
    return options;
  }

  public int line() {
    return line;
  }

  /** Notes the line that is executed now. */
  public void enter(int newLine) {
    line = newLine;
    step();
  }

  /** Notes that a call came back to a line. */
  public void returnTo(int callingLine) {
    line = callingLine;
  }

  /** Enters a call. */
  public void descend(int deepest) {
    if (++depth > deepest) {
      throw new JinjaException("macros call each other more than " + deepest + " times deep");
    }
  }

  /** Leaves a call. */
  public void ascend() {
    depth--;
  }

  /** Counts a step. */
  public void step() {
    if (--steps < 0) {
      throw new JinjaException("it takes more than " + STEPS + " steps; does it loop too often?");
    }
    work(WORK_OF_A_STEP);
  }

  /** Counts characters or elements that are about to be made. */
  public void charge(long count) {
    characters -= count;
    if (count < 0 || characters < 0) {
      throw new JinjaException("it makes more than " + CHARACTERS + " characters");
    }
    work(count);
  }

  /** Counts the characters of a text. */
  public String made(String text) {
    charge(text.length());
    return text;
  }

  /** Counts looks at characters that are about to be taken. */
  public void look(long count) {
    looks -= count;
    if (looks < 0) {
      throw new JinjaException("it looks at more than " + LOOKS + " characters");
    }
    work(count);
  }

  /** Reads the clock now and then. */
  private void work(long amount) {
    unread += amount;
    if (unread >= WORK_BETWEEN_READINGS) {
      unread = 0;
      if (processorTime() - started > SECONDS * 1_000_000_000L) {
        throw new JinjaException("it takes more than " + SECONDS + " seconds");
      }
    }
  }

  /** Of this thread, so that a busy or sleeping machine refuses nothing. */
  private static long processorTime() {
    return THREADS.isCurrentThreadCpuTimeSupported()
        ? THREADS.getCurrentThreadCpuTime()
        : System.nanoTime();
  }

  /** Counts the characters of a value that is about to be read, if it is a text. */
  public void read(Object value) {
    if (value instanceof String text) {
      look(text.length());
    }
  }

  /** Counts what it takes at most to look for a part of a text: the whole part at each place. */
  public void search(String text, String part) {
    look((long) Math.max(0, text.length() - part.length() + 1) * Math.max(1, part.length()));
  }
}
