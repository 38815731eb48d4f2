package io.flexora.jinja;

import java.util.ArrayList;
import java.util.List;

/** Where rendered text goes. */
final class Output {
  private final Run run;
  private final StringBuilder text = new StringBuilder();
  private final List<Rendered.Span> generated = new ArrayList<>();

  Output(Run run) {
    this.run = run;
  }

  void append(String part) {
    run.charge(part.length());
    text.append(part);
  }

  /** Notes that everything from an index on was written by a {@code generation} block. */
  void generatedFrom(int from) {
    generated.add(new Rendered.Span(from, text.length()));
  }

  int length() {
    return text.length();
  }

  List<Rendered.Span> generated() {
    return generated;
  }

  String text() {
    return text.toString();
  }
}
