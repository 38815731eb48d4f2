package io.flexora.formats.safetensors;

/** A rule of the format that a header breaks; the file is not known yet. */
final class BrokenSafetensorsRule extends Exception {

  private static final long serialVersionUID = 1L;

  BrokenSafetensorsRule(String rule) {
    super(rule);
  }
}
