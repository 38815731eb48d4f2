package io.flexora.formats.bitsandbytes;

import io.flexora.formats.number.Bfloat16;
import io.flexora.formats.number.Half;
import io.flexora.formats.safetensors.DType;
import io.flexora.formats.safetensors.SafetensorsModel;
import io.flexora.formats.safetensors.TensorInfo;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A matrix in NF4 or FP4: of its numbers, row by row, two are in a byte, the earlier one in the
 * high four bits; each is the value of its code times the scale of its block, rounded to {@link
 * #type}. Scales are float32, or quantised in eight bits in turn.
 *
 * @since 0.1
 */
public final class FourBitMatrix {

  private static final List<String> STATES =
      List.of(".quant_state.bitsandbytes__nf4", ".quant_state.bitsandbytes__fp4");

  private static final int CODES = 16;
  private static final int SCALE_CODES = 256;
  private static final int CHUNK = 1 << 16;

  private final SafetensorsModel files;
  private final String name;
  private final QuantState state;
  private final float[] code;
  private final float[] absmax;
  private final Optional<NestedScales> nested;

  /** Scales that are quantised themselves. */
  public static final class NestedScales {
    private final byte[] codes;
    private final float[] absmax;
    private final float[] code;
    private final float offset;
    private final int blockSize;

    private NestedScales(byte[] codes, float[] absmax, float[] code, float offset, int blockSize) {
      this.codes = codes;
      this.absmax = absmax;
      this.code = code;
      this.offset = offset;
      this.blockSize = blockSize;
    }

    /** The code of each block's scale. */
    public byte[] codes() {
      return codes.clone();
    }

    /** The scale of each block of scales. */
    public float[] absmax() {
      return absmax.clone();
    }

    /** The 256 values of the codes. */
    public float[] code() {
      return code.clone();
    }

    /** What is added to each scale. */
    public float offset() {
      return offset;
    }

    /** How many scales share one. */
    public int blockSize() {
      return blockSize;
    }

    private float[] values() {
      float[] values = new float[codes.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = code[codes[i] & 0xff] * absmax[i / blockSize] + offset;
      }
      return values;
    }
  }

  private FourBitMatrix(SafetensorsModel files, String name, QuantState state) throws IOException {
    this.files = files;
    this.name = name;
    this.state = state;
    long blocks = blocks(size(), state.blockSize());
    requireSize(name, files.tensor(name).byteCount(), (size() + 1) / 2);
    this.code = floats(name + ".quant_map", CODES);
    if (state.scalesBlockSize() == 0) {
      this.absmax = floats(name + ".absmax", blocks);
      this.nested = Optional.empty();
      return;
    }
    byte[] codes = bytes(name + ".absmax", blocks);
    float[] scales = floats(name + ".nested_absmax", blocks(blocks, state.scalesBlockSize()));
    float[] values = floats(name + ".nested_quant_map", SCALE_CODES);
    NestedScales quantised =
        new NestedScales(codes, scales, values, state.offset(), state.scalesBlockSize());
    this.absmax = quantised.values();
    this.nested = Optional.of(quantised);
  }

  private static long blocks(long size, int block) {
    return (size + block - 1) / block;
  }

  /**
   * Opens a tensor, if it is stored so. Its scales are read, its numbers when they are asked for.
   *
   * @param name the tensor's name in the files
   * @throws IOException if the files cannot be read, or what lies beside the tensor does not fit it
   */
  public static Optional<FourBitMatrix> open(SafetensorsModel files, String name)
      throws IOException {
    for (String suffix : STATES) {
      if (files.has(name + suffix)) {
        TensorInfo state = files.tensor(name + suffix);
        byte[] json = new byte[Math.toIntExact(Math.min(state.byteCount(), CHUNK))];
        files.read(name + suffix, 0, ByteBuffer.wrap(json));
        try {
          return Optional.of(new FourBitMatrix(files, name, QuantState.parse(json)));
        } catch (IllegalArgumentException e) {
          throw damaged(files.path(), name + suffix, e.getMessage());
        }
      }
    }
    return Optional.empty();
  }

  /** Whether a tensor is what bitsandbytes writes beside one, such as its scales. */
  public static boolean isBeside(SafetensorsModel files, String name) {
    for (int dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
      String matrix = name.substring(0, dot);
      if (files.has(matrix) && STATES.stream().anyMatch(s -> files.has(matrix + s))) {
        return true;
      }
    }
    return false;
  }

  private byte[] bytes(String tensor, long count) throws IOException {
    if (!files.has(tensor)) {
      throw damaged(files.path(), name, "'" + tensor + "' is missing");
    }
    requireSize(tensor, files.tensor(tensor).byteCount(), count);
    byte[] bytes = new byte[Math.toIntExact(count)];
    files.read(tensor, 0, ByteBuffer.wrap(bytes));
    return bytes;
  }

  private float[] floats(String tensor, long count) throws IOException {
    byte[] bytes = bytes(tensor, Math.multiplyExact(count, (long) Float.BYTES));
    FloatBuffer found = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[] values = new float[found.remaining()];
    found.get(values);
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw damaged(files.path(), tensor, "it holds " + value);
      }
    }
    return values;
  }

  private void requireSize(String tensor, long bytes, long expected) throws IOException {
    if (bytes != expected) {
      throw damaged(files.path(), tensor, "it has %d bytes, not %d".formatted(bytes, expected));
    }
  }

  private static IOException damaged(Path path, String tensor, String problem) {
    return new IOException(
        "tensor '%s' of %s is not as bitsandbytes writes it: %s. Fetch it again"
            .formatted(tensor, path, problem));
  }

  /** The matrix, {@code [outputs, inputs]}. */
  public List<Long> shape() {
    return new ArrayList<>(state.shape());
  }

  /** How many numbers it has. */
  public long size() {
    return state.shape().stream().reduce(1L, Math::multiplyExact);
  }

  /** The type that its values are rounded to. */
  public DType type() {
    return state.type();
  }

  /** How many numbers share a scale. */
  public int blockSize() {
    return state.blockSize();
  }

  /** The values of the 16 codes. */
  public float[] code() {
    return code.clone();
  }

  /** The scale of each block. */
  public float[] absmax() {
    return absmax.clone();
  }

  /** The scales as they are stored; empty if they are not quantised. */
  public Optional<NestedScales> nested() {
    return nested;
  }

  /**
   * Reads bytes, two codes in each.
   *
   * @param from the first byte
   * @param into takes as many as it has room for
   * @throws IOException if there are not so many or they cannot be read
   */
  public void readCodes(long from, ByteBuffer into) throws IOException {
    files.read(name, from, into);
  }

  /**
   * Reads numbers, rounded to {@link #type}.
   *
   * @param first the first one, counted row by row
   * @param target takes them from its start on
   * @param count how many
   * @throws IOException if there are not so many or they cannot be read
   */
  public void readFloats(long first, float[] target, int count) throws IOException {
    if (first < 0 || count < 0 || first > size() - count) {
      throw new EOFException("number " + (first + count) + " of '" + name + "'");
    }
    byte[] pairs = new byte[CHUNK];
    for (int done = 0; done < count; ) {
      long at = first + done;
      int bytes = (int) Math.min(CHUNK, (first + count - 1) / 2 - at / 2 + 1);
      readCodes(at / 2, ByteBuffer.wrap(pairs, 0, bytes));
      long end = Math.min(first + count, 2 * (at / 2 + bytes));
      for (; at < end; at++) {
        int pair = pairs[(int) (at / 2 - (first + done) / 2)];
        int four = at % 2 == 0 ? pair >> 4 & 0xf : pair & 0xf;
        target[(int) (at - first)] = rounded(code[four] * absmax[(int) (at / state.blockSize())]);
      }
      done = (int) (end - first);
    }
  }

  private float rounded(float value) {
    return switch (state.type()) {
      case F16 -> Half.value(Half.bits(value));
      case BF16 -> Bfloat16.value(Bfloat16.bits(value));
      default -> value;
    };
  }
}
