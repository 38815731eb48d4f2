package io.flexora.api.adapter;

/**
 * A linear module that every layer of a model has and an adapter can change: y = W x + b.
 *
 * @param name the name that chooses it in {@code target_modules}, such as {@code query}
 * @param path its dotted path in the model's usual Hugging Face form, with {@code %d} for the
 *     layer, such as {@code encoder.layer.%d.attention.self.query}
 * @param inputs the columns of W
 * @param outputs the rows of W
 * @param transposed whether checkpoints have W as {@code [inputs, outputs]}, as the {@code Conv1D}
 *     of transformers does; PEFT calls that {@code fan_in_fan_out}
 * @param tableRows the rows of a frozen table that the module is applied to besides the tokens, as
 *     DeBERTa's query and key are to relative positions; 0 for none
 * @since 0.1
 */
public record ModuleShape(
    String name, String path, int inputs, int outputs, boolean transposed, int tableRows) {

  /** A module that is applied to tokens alone. */
  public ModuleShape(String name, String path, int inputs, int outputs, boolean transposed) {
    this(name, path, inputs, outputs, transposed, 0);
  }

  /** A module whose matrix checkpoints have as {@code [outputs, inputs]}. */
  public ModuleShape(String name, String path, int inputs, int outputs) {
    this(name, path, inputs, outputs, false);
  }

  /** The same module, which is also applied to so many rows of a frozen table. */
  public ModuleShape withTable(int rows) {
    return new ModuleShape(name, path, inputs, outputs, transposed, rows);
  }

  /** The path of the module in that layer. */
  public String path(int layer) {
    return path.formatted(layer);
  }
}
