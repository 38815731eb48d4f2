package io.flexora.jinja.value;

import io.flexora.jinja.dialect.Rendered;
import java.util.ArrayList;
import java.util.List;

/** The text of a rendering so far. */
public final class Output {
  private final Run run;
  private final StringBuilder text = new StringBuilder();
  private final List<Rendered.TextSpan> generated = new ArrayList<>();

  public Output(Run run) {
    this.run = run;
  }

  public void append(String part) {
    run.charge(part.length());
    text.append(part);
  }

  /** Notes that everything from an index on was written by a {@code generation} block. */
  public void generatedFrom(int from) {
    generated.add(new Rendered.TextSpan(from, text.length()));
  }

  public int length() {
    return text.length();
  }

  public List<Rendered.TextSpan> generated() {
    return generated;
  }

  public String text() {
    return text.toString();
  }
}
