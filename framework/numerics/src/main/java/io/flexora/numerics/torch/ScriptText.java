package io.flexora.numerics.torch;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A TorchScript text with constants filled in where it names them, as {@code ${name}}. What is not
 * filled in stays, for somebody else to fill in.
 *
 * @param text the text so far
 * @since 0.1
 */
public record ScriptText(String text) {

  /**
   * Reads a resource.
   *
   * @param beside a class in the resource's package
   * @param name the name of the file
   */
  public static ScriptText of(Class<?> beside, String name) {
    try (InputStream in = beside.getResourceAsStream(name)) {
      return new ScriptText(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("the program's own " + name + " cannot be read", e);
    }
  }

  /** Fills in a constant; truth values as TorchScript writes them. */
  public ScriptText with(String name, Object value) {
    String written = value instanceof Boolean truth ? (truth ? "True" : "False") : value.toString();
    return new ScriptText(text.replace("${" + name + "}", written));
  }

  /** Fills in constants by their names. */
  public ScriptText with(Map<String, ?> constants) {
    ScriptText filled = this;
    for (Map.Entry<String, ?> constant : constants.entrySet()) {
      filled = filled.with(constant.getKey(), constant.getValue());
    }
    return filled;
  }

  /** This text and another behind it. */
  public ScriptText and(ScriptText other) {
    return new ScriptText(text + other.text);
  }

  /** Compiles it; see {@link TorchScript#compile(NDManager, String)}. */
  public TorchScript compile(NDManager owner) {
    return TorchScript.compile(owner, text);
  }
}
