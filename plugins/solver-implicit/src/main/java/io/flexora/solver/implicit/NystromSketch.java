package io.flexora.solver.implicit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.numerics.vector.InnerProducts;
import io.flexora.numerics.vector.Workspace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * The sketch of a matrix H in k directions W (Hataya and Yamada 2023): {@code H = C S⁻¹ Cᵀ} with
 * {@code C = H W} and {@code S = Wᵀ H W}. It is exact for a matrix of no higher rank than k, and 0
 * for what is orthogonal to all that W shows of it. H may be indefinite.
 */
final class NystromSketch {

  /** What the names of its arrays in a state begin with. */
  static final String PREFIX = "nystrom.";

  private static final String CORE = PREFIX + "core";

  /**
   * The matrix is symmetric, and where W shows no more than its rank it is singular: directions
   * below the cut are left out, of which C is 0 too. The eigenvectors are applied one after the
   * other: a pseudoinverse has the large inverses of small eigenvalues in all of its entries, and
   * their rounding would reach every direction.
   *
   * <p>The eigenvalues of {@code C S⁻¹ Cᵀ} that are not 0 are those of {@code Rᵀ S⁻¹ R} with {@code
   * R Rᵀ = Cᵀ C}, and their sizes its singular values. There rounding in R would make an eigenvalue
   * of what a lower cut leaves of S.
   */
  private static final String SCRIPT =
      """
        def solve(self, matrix: Tensor, right: Tensor, cut: Tensor) -> List[Tensor]:
          values, vectors = torch.linalg_eigh(matrix)
          magnitudes = torch.abs(values)
          kept = torch.gt(magnitudes, torch.max(magnitudes) * cut)
          along = torch.matmul(torch.transpose(vectors, 0, 1), right)
          parts = torch.where(kept, along / values, torch.zeros_like(along))
          return [torch.matmul(vectors, parts)]

        def sizes(self, core: Tensor, products: Tensor) -> List[Tensor]:
          u, s, v = torch.linalg_svd(products, False)
          root = u * torch.unsqueeze(torch.sqrt(s), 0)
          inverse = torch.linalg_pinv(core, 1e-13, True)
          return [torch.linalg_svdvals(torch.matmul(torch.transpose(root, 0, 1), torch.matmul(inverse, root)))]
      """;

  /** What rounding in float32 makes of an eigenvalue of 0, relative to the largest. */
  private static final double ROUNDING = 1e-5;

  /**
   * What rounding in float32 makes of an eigenvalue of 0 of the system, relative to the largest:
   * about the square of its unit.
   */
  private static final double SINGLE_CUT = 1e-13;

  private final List<NDArray> images;
  private final double[] core;
  private double[] products;

  /**
   * Makes a sketch.
   *
   * @param images the columns of C, {@code [parameters]} each
   * @param core S, {@code [k, k]} row by row
   */
  private NystromSketch(List<NDArray> images, double[] core) {
    this.images = List.copyOf(images);
    this.core = core;
  }

  /**
   * Takes the products.
   *
   * @param scope the owner of the images
   * @param product multiplies with the matrix
   * @param directions vectors whose span decides the sketch: they are made orthonormal and so the
   *     columns of W, and freed when all products are taken
   */
  static NystromSketch take(
      NDManager scope, int rank, UnaryOperator<NDArray> product, IntFunction<NDArray> directions) {
    List<NDArray> images = new ArrayList<>();
    List<NDArray> all = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      NDArray direction = directions.apply(i);
      orthonormalise(direction, all);
      all.add(direction);
      NDArray image = product.apply(direction);
      image.attach(scope);
      images.add(image);
    }
    double[] core = new double[rank * rank];
    for (int i = 0; i < rank; i++) {
      for (int j = 0; j <= i; j++) {
        double entry =
            (InnerProducts.dot(all.get(i), images.get(j))
                    + InnerProducts.dot(all.get(j), images.get(i)))
                / 2;
        core[i * rank + j] = entry;
        core[j * rank + i] = entry;
      }
    }
    all.forEach(NDArray::close);
    return new NystromSketch(images, core);
  }

  /**
   * Takes from a direction what lies along earlier ones, and makes its length 1. The sketch depends
   * on their span alone, but where they are nearly parallel, S and {@code Cᵀ C} hold what they
   * differ in with few digits.
   */
  private static void orthonormalise(NDArray direction, List<NDArray> earlier) {
    // Twice, for the rounding of the first time.
    for (int twice = 0; twice < 2; twice++) {
      for (NDArray other : earlier) {
        try (Workspace work = new Workspace(direction.getManager())) {
          direction.subi(work.share(other).mul(InnerProducts.dot(other, direction)));
        }
      }
    }
    double length = InnerProducts.norm(direction);
    if (length > 0) {
      direction.divi(length);
    }
  }

  /**
   * Solves {@code (C S⁻¹ Cᵀ + shift) q = b} by Woodbury's identity: {@code q = b / shift - C (S +
   * Cᵀ C / shift)⁻¹ Cᵀ b / shift²}. The inner system is solved for columns of C of length 1, as the
   * cut would take a column that is small beside the others for rounding.
   *
   * @param scope the owner of q
   * @param shift not 0
   */
  NDArray solve(NDManager scope, NDArray b, double shift) {
    int rank = images.size();
    double[] scale = columnScale();
    double[] matrix = new double[rank * rank];
    double[] right = new double[rank];
    for (int i = 0; i < rank; i++) {
      right[i] = scale[i] * InnerProducts.dot(images.get(i), b);
      for (int j = 0; j < rank; j++) {
        int entry = i * rank + j;
        matrix[entry] = scale[i] * (core[entry] + products()[entry] / shift) * scale[j];
      }
    }
    try (Workspace work = new Workspace(scope)) {
      double[] weights = solve(work.temporary(), matrix, right, cut());
      NDArray q = work.share(b).div(shift);
      for (int i = 0; i < rank; i++) {
        q.subi(work.share(images.get(i)).mul(scale[i] * weights[i] / (shift * shift)));
      }
      return work.keep(q);
    }
  }

  /** One over the length of each column of C; 0 for one that is no more than rounding. */
  private double[] columnScale() {
    int rank = images.size();
    double[] lengths = new double[rank];
    Arrays.setAll(lengths, i -> Math.sqrt(products()[i * rank + i]));
    double least = (isDouble() ? cut() : Math.sqrt(cut())) * Arrays.stream(lengths).max().orElse(0);
    return Arrays.stream(lengths).map(length -> length > least ? 1 / length : 0).toArray();
  }

  /** The least eigenvalue of a system, relative to the largest, that is none of rounding. */
  private double cut() {
    return isDouble() ? images.size() * Math.ulp(1.0) : SINGLE_CUT;
  }

  private boolean isDouble() {
    return images.get(0).getDataType() == DataType.FLOAT64;
  }

  private static double[] solve(NDManager scope, double[] matrix, double[] right, double cut) {
    try (TorchScript script = TorchScript.compile(scope, SCRIPT)) {
      Arguments arguments =
          new Arguments(scope)
              .with("matrix", NativeArrays.of(scope, matrix, new Shape(right.length, right.length)))
              .with("right", NativeArrays.of(scope, right))
              .with("cut", NativeArrays.of(scope, new double[] {cut}));
      return script.call("solve", arguments).get(0).toDoubleArray();
    }
  }

  /** Cᵀ C {@code [k, k]} row by row, computed when it is first asked for. */
  private double[] products() {
    if (products == null) {
      int rank = images.size();
      double[] found = new double[rank * rank];
      for (int i = 0; i < rank; i++) {
        for (int j = 0; j <= i; j++) {
          found[i * rank + j] = InnerProducts.dot(images.get(i), images.get(j));
          found[j * rank + i] = found[i * rank + j];
        }
      }
      products = found;
    }
    return products;
  }

  /**
   * The size of the smallest eigenvalue that the sketch shows, of those that are not 0: about the
   * most that those it does not show may have.
   *
   * @param scope the owner of temporary arrays
   * @return 0 if all are 0
   */
  double smallestShown(NDManager scope) {
    Shape square = new Shape(images.size(), images.size());
    try (NDManager own = scope.newSubManager();
        TorchScript script = TorchScript.compile(own, SCRIPT)) {
      Arguments arguments =
          new Arguments(own)
              .with("core", NativeArrays.of(own, core, square))
              .with("products", NativeArrays.of(own, products(), square));
      double[] sizes = script.call("sizes", arguments).get(0).toDoubleArray();
      double largest = Arrays.stream(sizes).max().orElse(0);
      return Arrays.stream(sizes).filter(size -> size > ROUNDING * largest).min().orElse(0);
    }
  }

  /** What a state has to hold for the sketch to be used again. */
  Map<String, NDArray> arrays(NDManager scope) {
    Map<String, NDArray> arrays = new TreeMap<>();
    for (int i = 0; i < images.size(); i++) {
      arrays.put(PREFIX + i, images.get(i));
    }
    arrays.put(CORE, NativeArrays.of(scope, core));
    return arrays;
  }

  /** Whether a state holds a sketch. */
  static boolean isIn(Map<String, NDArray> arrays) {
    return arrays.containsKey(CORE);
  }

  /** The sketch that a state holds. */
  static NystromSketch of(Map<String, NDArray> arrays) {
    double[] core = arrays.get(CORE).toType(DataType.FLOAT64, false).toDoubleArray();
    int rank = (int) Math.round(Math.sqrt(core.length));
    return new NystromSketch(
        IntStream.range(0, rank).mapToObj(i -> arrays.get(PREFIX + i)).toList(), core);
  }
}
