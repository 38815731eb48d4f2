package io.flexora.cli.progress;

/** Shows nothing: the user asked for quiet. */
final class SilentView implements RunView {

  @Override
  public void step(Step step) {}

  @Override
  public void close() {}
}
