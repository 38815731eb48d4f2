package io.flexora.cli.output;

import io.flexora.files.message.Printable;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The streams of a command: results go to standard output, messages to standard error. In JSON mode
 * standard output carries one JSON object a line and nothing else.
 *
 * @since 0.1
 */
public final class Console {

  private final PrintWriter results;
  private final PrintWriter messages;
  private final Verbosity verbosity;
  private final Terminal terminal;

  /**
   * The amount that is written.
   *
   * @param quiet only results and errors
   * @param json results and progress as JSON lines
   * @param debug stack traces too
   */
  public record Verbosity(boolean quiet, boolean json, boolean debug) {}

  /** Makes a console of two streams. */
  public Console(
      PrintWriter results, PrintWriter messages, Verbosity verbosity, Terminal terminal) {
    this.results = results;
    this.messages = messages;
    this.verbosity = verbosity;
    this.terminal = terminal;
  }

  /** Writes a line of a result for people; nothing in JSON mode. */
  public void result(String line) {
    if (!verbosity.json()) {
      results.println(palette().shown(line));
      results.flush();
    }
  }

  /** Writes lines as {@link #result(String)} does. */
  public void result(List<String> lines) {
    result(String.join(System.lineSeparator(), lines));
  }

  /** Writes a result in words, broken between them where a terminal has too little room. */
  public void prose(String text) {
    result(terminal.results() ? Paragraph.fitted(text, terminal.columns()) : text);
  }

  /** Writes a piece of a result that comes bit by bit; nothing in JSON mode. */
  public void piece(String text) {
    if (!verbosity.json()) {
      results.print(terminal.results() ? Printable.prose(text) : text);
      results.flush();
    }
  }

  /** Writes text as it is, in every mode: a document that is JSON or YAML by itself. */
  public void document(String text) {
    results.print(text.endsWith("\n") ? text : text + System.lineSeparator());
    results.flush();
  }

  /**
   * Writes a result for programs; nothing outside of JSON mode.
   *
   * @param type what the line is, its first member
   * @param members the other members, in order
   */
  public void json(String type, Map<String, ?> members) {
    if (!verbosity.json()) {
      return;
    }
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("type", type);
    object.putAll(members);
    results.println(JsonLine.of(object));
    results.flush();
  }

  /** Tells the user something that is no result; silent when quiet. */
  public void message(String line) {
    if (!verbosity.quiet()) {
      messages.println(fitted(palette().shown(line)));
      messages.flush();
    }
  }

  /** Tells the user what went wrong; never silent. */
  public void error(String line) {
    messages.println(
        fitted(errorPalette().bad("error: ") + errorPalette().shown(Printable.shortened(line))));
    messages.flush();
  }

  private String fitted(String text) {
    return terminal.messages() ? Paragraph.fitted(text, terminal.columns()) : text;
  }

  /** Writes text to standard error as it is: the progress bar, a stack trace. */
  public void raw(String text) {
    messages.print(text);
    messages.flush();
  }

  /** The colours of results. */
  public Palette palette() {
    return new Palette(terminal.colours() && terminal.results());
  }

  /** How many characters a line of a result may have. */
  public int columns() {
    return terminal.results() ? terminal.columns() : Integer.MAX_VALUE;
  }

  /** The colours of messages. */
  public Palette errorPalette() {
    return new Palette(terminal.colours() && terminal.messages());
  }

  /** How much is written. */
  public Verbosity verbosity() {
    return verbosity;
  }

  /** The terminal. */
  public Terminal terminal() {
    return terminal;
  }
}
