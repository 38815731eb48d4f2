package io.flexora.experiment.inputs;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.PrunableModel;
import io.flexora.api.ability.PrunableModel.SparseMatrix;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.BaseModel;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.ReadFailure;
import io.flexora.formats.safetensors.DType;
import io.flexora.formats.safetensors.SafetensorsFile;
import io.flexora.formats.safetensors.SafetensorsWriter;
import io.flexora.formats.safetensors.Tensor;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.runstore.CellFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The matrices of the base that the training of a cell has pruned, in the cell's folder: for each a
 * bit of every number, row by row, the lowest bit of a byte first, and its numbers in float32 where
 * they are not those of the base.
 */
public record StoredPruning(CellFolder cell) {

  private static final String KEPT = ".kept";
  private static final String WEIGHT = ".weight";

  /** Refuses a format that holds an adapter alone. */
  public static void requireNone(CellFolder cell, String format) {
    if (cell.find(CellFolder.PRUNED).isPresent()) {
      throw new FlexoraException(
          ("cell '%s' was trained on a base that it has pruned, so its adapter alone, as format %s"
                  + " has it, would be of no use; export the whole model, such as to safetensors")
              .formatted(cell.path().getFileName(), format));
    }
  }

  /** Writes the pruned matrices into the folder of the cell. */
  public void write(List<SparseMatrix> matrices) {
    List<Tensor> tensors = new ArrayList<>();
    for (SparseMatrix matrix : matrices) {
      String path = matrix.site().path();
      byte[] bits = bits(matrix.kept().toBooleanArray());
      tensors.add(Tensor.of(path + KEPT, DType.U8, List.of((long) bits.length), bits));
      matrix
          .weight()
          .ifPresent(
              weight -> {
                List<Long> shape = List.of(weight.getShape().get(0), weight.getShape().get(1));
                tensors.add(Tensor.of(path + WEIGHT, shape, floats(weight)));
              });
    }
    cell.write(CellFolder.PRUNED, out -> SafetensorsWriter.write(out, tensors, Map.of()));
  }

  private static float[] floats(NDArray weight) {
    return weight.toType(DataType.FLOAT32, false).toFloatArray();
  }

  private static byte[] bits(boolean[] values) {
    byte[] bits = new byte[(values.length + Byte.SIZE - 1) / Byte.SIZE];
    for (int i = 0; i < values.length; i++) {
      if (values[i]) {
        bits[i / Byte.SIZE] |= (byte) (1 << i % Byte.SIZE);
      }
    }
    return bits;
  }

  /**
   * The pruned base of the cell, to be closed by the caller; empty if the cell is not trained yet,
   * or has pruned nothing.
   *
   * @throws FlexoraException if the file is damaged, or of another model
   */
  Optional<BaseModel> of(BaseModel dense) {
    return cell.theta().isPresent()
        ? cell.find(CellFolder.PRUNED).map(file -> pruned(dense, file))
        : Optional.empty();
  }

  private static BaseModel pruned(BaseModel dense, Path file) {
    try (SafetensorsFile open = SafetensorsFile.open(file);
        NDManager temporary = dense.manager().newSubManager()) {
      return dense
          .require(PrunableModel.class, "a cell with a pruned base")
          .pruned(matrices(open, dense, temporary));
    } catch (IOException e) {
      throw ReadFailure.explain(file, e);
    }
  }

  private static List<SparseMatrix> matrices(SafetensorsFile file, BaseModel dense, NDManager owner)
      throws IOException {
    List<SparseMatrix> matrices = new ArrayList<>();
    for (int layer = 0; layer < dense.shape().layers(); layer++) {
      for (ModuleShape module : dense.shape().modules()) {
        AdapterSite site = new AdapterSite(layer, module);
        if (file.has(site.path() + KEPT)) {
          matrices.add(matrix(file, site, owner));
        }
      }
    }
    return matrices;
  }

  private static SparseMatrix matrix(SafetensorsFile file, AdapterSite site, NDManager owner)
      throws IOException {
    ModuleShape module = site.module();
    Shape shape = new Shape(module.outputs(), module.inputs());
    boolean[] kept = new boolean[Math.multiplyExact(module.outputs(), module.inputs())];
    int bytes = (kept.length + Byte.SIZE - 1) / Byte.SIZE;
    if (file.tensor(site.path() + KEPT).byteCount() != bytes) {
      throw new FlexoraException(
          "%s is of another model: its mask of %s does not have %d x %d numbers"
              .formatted(file.path(), site.path(), module.outputs(), module.inputs()));
    }
    ByteBuffer raw = ByteBuffer.allocate(bytes);
    file.read(site.path() + KEPT, 0, raw);
    BitSet bits = BitSet.valueOf(raw.flip());
    bits.stream().filter(bit -> bit < kept.length).forEach(bit -> kept[bit] = true);
    Optional<NDArray> weight = Optional.empty();
    if (file.has(site.path() + WEIGHT)) {
      weight = Optional.of(NativeArrays.of(owner, file.floats(site.path() + WEIGHT), shape));
    }
    return new SparseMatrix(site, NativeArrays.of(owner, kept, shape), weight);
  }
}
