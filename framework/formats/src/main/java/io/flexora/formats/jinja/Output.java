package io.flexora.formats.jinja;

/** Where rendered text goes. */
final class Output {
  private final Run run;
  private final StringBuilder text = new StringBuilder();

  Output(Run run) {
    this.run = run;
  }

  void append(String part) {
    run.charge(part.length());
    text.append(part);
  }

  String text() {
    return text.toString();
  }
}
