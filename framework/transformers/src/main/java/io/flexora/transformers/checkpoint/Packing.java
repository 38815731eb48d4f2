package io.flexora.transformers.checkpoint;

import io.flexora.formats.bitsandbytes.FourBitMatrix;
import io.flexora.transformers.checkpoint.FrozenArray.Joined;
import io.flexora.transformers.checkpoint.FrozenArray.Tensor;
import io.flexora.transformers.packed.PackedWeights;
import io.flexora.transformers.packed.Unpacking;
import io.flexora.transformers.packed.WeightFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * The arrays of a model that stay packed, and their format: matrices of layers, the embedding and
 * the head, where that takes less memory than the numbers that are computed with.
 */
final class Packing {

  /** The embedding and the head come first; they are read by rows. */
  private static final int EMBEDDING_AND_HEAD = 2;

  private static final int FOUR_BIT_BLOCK = 64;
  private static final int SCALES_BLOCK = 256;

  private final Checkpoint checkpoint;
  private final FrozenArrays arrays;
  private final ComputeType type;
  private final WeightStorage storage;
  private final List<Boolean> packs = new ArrayList<>();
  private final Unpacking unpacking;

  Packing(Checkpoint checkpoint, FrozenArrays arrays, ComputeType type, WeightStorage storage) {
    this.checkpoint = checkpoint;
    this.arrays = arrays;
    this.type = type;
    this.storage = storage;
    List<WeightFormat> formats = new ArrayList<>();
    for (FrozenArray array : arrays.all()) {
      int place = packs.size();
      boolean wanted = array instanceof Joined joined && wanted(place, joined);
      packs.add(wanted);
      if (wanted) {
        ((Joined) array).tensors().forEach(tensor -> formats.add(format(place, stored(tensor))));
      }
    }
    this.unpacking = new Unpacking(formats);
  }

  private boolean wanted(int array, Joined joined) {
    boolean matrix =
        storage.packs()
            && !joined.norm()
            && joined.offset() == 0
            && joined.tensors().stream().allMatch(tensor -> tensor.shape().size() > 1);
    if (!matrix || quantised(array).isPresent()) {
      return matrix;
    }
    return !joined.transposed()
        && (array >= arrays.global() || isRowwise(array, joined))
        && joined.tensors().stream().anyMatch(this::isNarrower);
  }

  private boolean isRowwise(int array, Joined joined) {
    return array < EMBEDDING_AND_HEAD
        && joined.tensors().size() == 1
        && format(array, stored(joined.tensors().get(0))).byRows();
  }

  private boolean isNarrower(Tensor tensor) {
    StoredTensor stored = stored(tensor);
    return !stored(stored).equals(WeightFormat.NUMBERS) || stored.type().bytes() < type.bytes();
  }

  private StoredTensor stored(Tensor tensor) {
    return checkpoint.tensors().get(tensor.name()).asMatrix();
  }

  /** The format in which the matrices of an array are quantised. */
  Optional<WeightFormat> quantised(int array) {
    return array < arrays.global() ? Optional.empty() : storage.quantises();
  }

  /** The format of a matrix in an array that is packed. */
  WeightFormat format(int array, StoredTensor stored) {
    return quantised(array).orElseGet(() -> stored(stored));
  }

  private WeightFormat stored(StoredTensor stored) {
    return checkpoint
        .quantised(stored)
        .flatMap(WeightFormat::blocks)
        .or(() -> checkpoint.fourBit(stored).map(Packing::format))
        .orElse(WeightFormat.NUMBERS);
  }

  private static WeightFormat format(FourBitMatrix matrix) {
    return matrix.nested().isPresent() ? WeightFormat.FOUR_BIT_NESTED : WeightFormat.FOUR_BIT;
  }

  /** Whether an array stays packed. */
  boolean packs(int array) {
    return packs.get(array);
  }

  /** What the arrays take in memory. */
  WeightSize size(int segments) {
    List<FrozenArray> all = arrays.all();
    int layers = (all.size() - arrays.global()) / Math.max(1, arrays.perLayer());
    long stored = 0;
    long[] unpacked = new long[layers];
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i) instanceof Joined joined) {
        stored += stored(i, joined);
        if (i >= arrays.global() && packs(i)) {
          unpacked[(i - arrays.global()) / arrays.perLayer()] += dense(joined);
        }
      }
    }
    long largest = LongStream.of(unpacked).max().orElse(0);
    int most = (layers + segments - 1) / segments;
    return new WeightSize(stored, largest, largest * most, head(), headTile());
  }

  private long stored(int array, Joined joined) {
    return joined.tensors().stream()
        .mapToLong(
            tensor ->
                packs(array)
                    ? bytes(tensor, format(array, stored(tensor)))
                    : tensor.size()
                        * (joined.norm() ? Math.max(type.bytes(), Float.BYTES) : type.bytes()))
        .sum();
  }

  private long dense(Joined joined) {
    return joined.tensors().stream().mapToLong(Tensor::size).sum() * type.bytes();
  }

  /** Zero where it is not packed; a tied head is the embedding. */
  private long head() {
    FrozenArray head = arrays.all().get(1);
    int place = head instanceof FrozenArray.Same same ? same.index() : 1;
    return packs(place) ? dense((Joined) arrays.all().get(place)) : 0;
  }

  private long headTile() {
    long tile = PackedWeights.TILE_NUMBERS * type.bytes();
    return Math.min(head(), tile);
  }

  private long bytes(Tensor tensor, WeightFormat format) {
    StoredTensor stored = stored(tensor);
    long size = tensor.size();
    if (format.equals(WeightFormat.FOUR_BIT_NESTED)) {
      return size / 2 + size / FOUR_BIT_BLOCK + size / FOUR_BIT_BLOCK / SCALES_BLOCK * Float.BYTES;
    }
    if (format.equals(WeightFormat.FOUR_BIT)) {
      return size / 2 + size / FOUR_BIT_BLOCK * Float.BYTES;
    }
    if (format.equals(WeightFormat.INT8_ROWS)) {
      return size + stored.rows() * Float.BYTES;
    }
    return checkpoint
        .quantised(stored)
        .map(blocks -> size / blocks.blockElements() * blocks.blockBytes())
        .orElse(size * stored.type().bytes());
  }

  /** Reads the formats that there are. */
  Unpacking unpacking() {
    return unpacking;
  }
}
