package io.flexora.transformers.packed;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.ScriptText;
import io.flexora.numerics.torch.TorchScript;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * The frozen arrays of a model, of which some stay packed. Those are empty among {@link #arrays},
 * of the type that they have when they are unpacked; behind all arrays come a table and what is
 * packed. The text has {@code self.opened(w, i)}, the arrays with those of layer {@code i} unpacked
 * but for those that are opened by rows, {@code self.opened_rows}, {@code self.token_rows(w, ids)}
 * and {@code self.head_rows(w, ids)}, rows of the embedding and the head, {@code self.head(w)}, the
 * whole head, and {@code self.head_once(w)}, which is empty where a large packed head is to be
 * taken in tiles of rows.
 *
 * @since 0.1
 */
public final class PackedWeights {

  /** A packed head of more numbers is unpacked in tiles, where no second derivative is taken. */
  public static final long TILE_NUMBERS = 1L << 25;

  private static final int ENTRIES = 8;

  private static final String SHOW =
      """
        def show(self, p: List[Tensor], form: Tensor, shape: Tensor, like: Tensor) -> Tensor:
          room = torch.empty(annotate(List[int], shape.tolist()), dtype=like.dtype, device=like.device)
          return self.unpack(p, int(form), room).to(6)
      """;

  private final NDManager owner;
  private final List<NDArray> arrays;
  private final List<List<PackedMatrix>> packed;
  private final int global;
  private final int perLayer;
  private final Unpacking unpacking;
  private final Map<String, PackedMatrix> byTensor = new HashMap<>();
  private final Map<String, Object> constants = new TreeMap<>();
  private TorchScript script;

  /**
   * Joins the arrays.
   *
   * @param owner lives as long as the arrays do
   * @param arrays the arrays of the model, in the order of its text, empty where they are packed
   * @param packed for each of them the matrices below each other that it is made of, none where it
   *     is not packed; of those of the whole model, only the first two may be, by one matrix in a
   *     format by rows
   * @param global the number of arrays of the whole model
   * @param perLayer the number of arrays of a layer
   */
  public PackedWeights(
      NDManager owner,
      List<NDArray> arrays,
      List<List<PackedMatrix>> packed,
      int global,
      int perLayer) {
    this.owner = owner;
    this.packed = List.copyOf(packed);
    this.global = global;
    this.perLayer = perLayer;
    this.unpacking =
        new Unpacking(packed.stream().flatMap(List::stream).map(PackedMatrix::format).toList());
    packed.forEach(parts -> parts.forEach(part -> byTensor.put(part.tensor(), part)));
    List<NDArray> all = new ArrayList<>(arrays);
    if (!byTensor.isEmpty()) {
      append(all);
    }
    this.arrays = List.copyOf(all);
    constants.putIfAbsent("packed_table", 0);
    constants.putIfAbsent("parts_before_layer", "[0, 0]");
    constants.put("global_arrays", global);
    constants.put("layer_arrays", Math.max(1, perLayer));
    constants.put("packed_layers", packed.stream().skip(global).anyMatch(p -> !p.isEmpty()));
    ofModel("embedding", 0, arrays.size());
    ofModel("head", 1, arrays.size());
  }

  private void append(List<NDArray> all) {
    List<long[]> entries = new ArrayList<>();
    List<Integer> before = new ArrayList<>();
    int table = all.size();
    all.add(all.get(0));
    for (int i = 0; i < packed.size(); i++) {
      if (i >= global && (i - global) % perLayer == 0) {
        before.add(entries.size());
      }
      long rows = packed.get(i).stream().mapToLong(PackedMatrix::outputs).sum();
      long first = 0;
      for (PackedMatrix part : packed.get(i)) {
        if (i >= global) {
          entries.add(entry(i, rows, first, part, all.size()));
        }
        all.addAll(part.arrays());
        first += part.outputs();
      }
    }
    before.add(entries.size());
    long[] flat = entries.stream().flatMapToLong(LongStream::of).toArray();
    all.set(table, NativeArrays.of(owner, flat, new Shape(entries.size(), ENTRIES)));
    constants.put("packed_table", table);
    constants.put("parts_before_layer", before);
  }

  private long[] entry(int array, long rows, long first, PackedMatrix part, int at) {
    int format = unpacking.number(part.format());
    return new long[] {
      array, rows, part.inputs(), first, part.outputs(), format, at, part.arrays().size()
    };
  }

  /** Where the embedding or the head lies. */
  private void ofModel(String name, int array, int count) {
    List<PackedMatrix> parts = packed.get(array);
    constants.put("packed_" + name, !parts.isEmpty());
    int at = count + 1;
    for (int i = 0; i < array; i++) {
      at += packed.get(i).stream().mapToInt(part -> part.arrays().size()).sum();
    }
    constants.put(name + "_at", at);
    constants.put(name + "_arrays", parts.stream().mapToInt(p -> p.arrays().size()).sum());
    constants.put(name + "_format", parts.isEmpty() ? 0 : unpacking.number(parts.get(0).format()));
  }

  /** Arrays of which none is packed. */
  public static PackedWeights none(List<NDArray> arrays, int global, int perLayer) {
    return new PackedWeights(
        arrays.get(0).getManager(),
        arrays,
        Collections.nCopies(arrays.size(), List.of()),
        global,
        perLayer);
  }

  /** What the model's text is given as {@code w}. */
  public List<NDArray> arrays() {
    return arrays;
  }

  /** Whether anything is packed. */
  public boolean any() {
    return !byTensor.isEmpty();
  }

  /** Whether a tensor is packed, by its name in Hugging Face form. */
  public boolean has(String tensor) {
    return byTensor.containsKey(tensor);
  }

  /** The methods that models call, but for {@link #constants}. */
  public ScriptText text() {
    return unpacking.text().and(ScriptText.of(PackedWeights.class, "weights.torchscript"));
  }

  /**
   * What the text names, {@code ${tiled_head}} among them: whether {@code head_once} is empty.
   *
   * @param vocabulary the rows of embedding and head
   * @param hidden their columns
   * @param byRows the places among a layer's arrays of those that are opened by rows
   */
  public Map<String, Object> constants(int vocabulary, int hidden, List<Integer> byRows) {
    Map<String, Object> all = new TreeMap<>(constants);
    all.put("opened_by_rows", byRows);
    int tile = tileRows(vocabulary, hidden);
    all.put("vocabulary", vocabulary);
    all.put("hidden", hidden);
    all.put("tiled_head", !packed.get(1).isEmpty() && tile < vocabulary);
    all.put("tile_rows", tile);
    return all;
  }

  /** The rows of a packed head that are unpacked at once. */
  public static int tileRows(int vocabulary, int hidden) {
    return (int) Math.min(vocabulary, Math.max(1, TILE_NUMBERS / hidden));
  }

  /** Compiled when first asked for, as few models show their matrices. */
  private TorchScript script() {
    if (script == null) {
      script = unpacking.text().and(new ScriptText(SHOW)).compile(owner);
    }
    return script;
  }

  /**
   * Unpacks a matrix.
   *
   * @param scope the owner of the result
   * @param tensor its name in Hugging Face form
   * @return {@code [outputs, inputs]}, the numbers that are computed with, as float32
   * @throws IllegalArgumentException if no such tensor is packed
   */
  public NDArray matrix(NDManager scope, String tensor) {
    PackedMatrix part = byTensor.get(tensor);
    if (part == null) {
      throw new IllegalArgumentException("'" + tensor + "' is not packed");
    }
    try (NDManager temporary = scope.newSubManager()) {
      Arguments arguments =
          new Arguments(temporary)
              .with("p", part.arrays())
              .with("like", arrays.get(0))
              .with("form", unpacking.number(part.format()))
              .with(
                  "shape", NativeArrays.of(temporary, new long[] {part.outputs(), part.inputs()}));
      NDArray matrix = script().call("show", arguments).singletonOrThrow();
      matrix.attach(scope);
      return matrix;
    }
  }
}
