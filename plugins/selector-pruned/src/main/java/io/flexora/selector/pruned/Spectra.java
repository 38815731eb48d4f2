package io.flexora.selector.pruned;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.input.Tokens;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.api.selection.SelectionContext;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.numerics.transformer.LowRankPair;
import io.flexora.numerics.vector.ThetaParts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The singular value decompositions of all products s B A of a theta, from their r x r cores and in
 * float64: with B = Q R and G the second moment of A's outputs, A Aᵀ or A Σ Aᵀ for inputs of second
 * moment Σ, the singular values of B A Σ^(1/2) are those of R G^(1/2) = U S Wᵀ. B is turned into Q
 * U S^(1/2) and A into S^(-1/2) Uᵀ R A, whose product is the same, and whose rank-one parts are
 * those of the singular values, from the largest to the smallest.
 *
 * @param theta the same function as before, in these factors
 * @param values the singular values of each module, descending, times s
 */
// Bulk data of one choice; nobody compares two of these records.
@SuppressWarnings("ArrayRecordComponent")
record Spectra(double[] theta, Map<AdapterSite, double[]> values) {

  private static final int BATCH = 8;

  private static final String SCRIPT =
      """
        def moment(self, a: Tensor, rows: Tensor) -> List[Tensor]:
          y = torch.matmul(rows.to(7), torch.transpose(a.to(7), 0, 1))
          return [torch.matmul(torch.transpose(y, 0, 1), y)]

        def gram(self, a: Tensor) -> List[Tensor]:
          wide = a.to(7)
          return [torch.matmul(wide, torch.transpose(wide, 0, 1))]

        def factors(self, a: Tensor, b: Tensor, g: Tensor) -> List[Tensor]:
          q, r = torch.linalg_qr(b.to(7))
          squares, v = torch.linalg_eigh(g)
          root = torch.matmul(v * torch.sqrt(torch.clamp(squares, 0)), torch.transpose(v, 0, 1))
          u, s, w = torch.linalg_svd(torch.matmul(r, root), False)
          scale = torch.sqrt(s)
          above = s > 1e-12 * torch.max(s)
          inverse = torch.where(above, 1 / scale, torch.zeros_like(s))
          core = torch.matmul(torch.transpose(u, 0, 1), torch.matmul(r, a.to(7)))
          b_new = torch.matmul(q, u) * torch.where(above, scale, torch.zeros_like(s))
          return [(core * torch.unsqueeze(inverse, 1)).contiguous(), b_new.contiguous(), s]
      """;

  /**
   * Decomposes.
   *
   * @param theta the trained values
   * @param seen the training examples by whose inputs singular values are weighed; empty for not at
   *     all
   */
  static Spectra of(
      SelectionContext context, ParameterIndex index, NDArray theta, Optional<List<Tokens>> seen) {
    Map<AdapterSite, LowRankPair> pairs = new LinkedHashMap<>();
    LowRankPair.of(index).forEach(pair -> pairs.put(site(pair), pair));
    try (NDManager own = context.manager().newSubManager();
        TorchScript script = TorchScript.compile(own, SCRIPT)) {
      Map<AdapterSite, double[]> moments = new HashMap<>();
      Map<AdapterSite, Long> tokens = new HashMap<>();
      seen.ifPresent(
          examples ->
              context.activations(
                  batches(examples),
                  ActivationVisitor.CountedTokens.ALL,
                  (scope, site, rows) -> {
                    NDArray a = ThetaParts.of(scope, theta, pairs.get(site).a());
                    Arguments arguments = new Arguments(scope).with("a", a).with("rows", rows);
                    add(moments, site, script.call("moment", arguments).get(0).toDoubleArray());
                    tokens.merge(site, rows.getShape().get(0), Long::sum);
                  }));
      double[] values = doubles(theta);
      Map<AdapterSite, double[]> spectra = new LinkedHashMap<>();
      pairs.forEach(
          (site, pair) -> {
            try (NDManager one = own.newSubManager()) {
              Optional<double[]> moment =
                  Optional.ofNullable(moments.get(site))
                      .map(sum -> Arrays.stream(sum).map(x -> x / tokens.get(site)).toArray());
              double[] spectrum = decompose(one, script, theta, pair, moment, values);
              double s = context.adapter().loraScaling(pair.rank()).orElseThrow();
              for (int i = 0; i < spectrum.length; i++) {
                spectrum[i] *= s;
              }
              spectra.put(site, spectrum);
            }
          });
      return new Spectra(values, spectra);
    }
  }

  private static List<List<Tokens>> batches(List<Tokens> examples) {
    List<List<Tokens>> batches = new ArrayList<>();
    for (int from = 0; from < examples.size(); from += BATCH) {
      batches.add(examples.subList(from, Math.min(examples.size(), from + BATCH)));
    }
    return batches;
  }

  private static AdapterSite site(LowRankPair pair) {
    return new AdapterSite(pair.layer(), ((Slice.Adapter) pair.a().owner()).module());
  }

  private static void add(Map<AdapterSite, double[]> sums, AdapterSite site, double[] more) {
    double[] sum = sums.computeIfAbsent(site, unknown -> new double[more.length]);
    for (int i = 0; i < more.length; i++) {
      sum[i] += more[i];
    }
  }

  /** Writes the factors into theta and returns the singular values, as many as the rank. */
  private static double[] decompose(
      NDManager scope,
      TorchScript script,
      NDArray theta,
      LowRankPair pair,
      Optional<double[]> moment,
      double[] into) {
    NDArray a = ThetaParts.of(scope, theta, pair.a());
    NDArray b = ThetaParts.of(scope, theta, pair.b());
    int rank = pair.rank();
    NDArray g =
        moment
            .map(mean -> NativeArrays.of(scope, mean, new Shape(rank, rank)))
            .orElseGet(() -> script.call("gram", new Arguments(scope).with("a", a)).get(0));
    NDList found =
        script.call("factors", new Arguments(scope).with("a", a).with("b", b).with("g", g));
    double[] spectrum = new double[rank];
    double[] s = found.get(2).toDoubleArray();
    System.arraycopy(s, 0, spectrum, 0, s.length);
    double[] newA = found.get(0).toDoubleArray();
    double[] newB = found.get(1).toDoubleArray();
    int atA = Math.toIntExact(pair.a().offset());
    int atB = Math.toIntExact(pair.b().offset());
    // A module of fewer outputs than the rank has as many singular values; the rest is zero.
    Arrays.fill(into, atA, atA + rank * pair.inputs(), 0);
    System.arraycopy(newA, 0, into, atA, newA.length);
    for (int row = 0; row < pair.outputs(); row++) {
      for (int column = 0; column < rank; column++) {
        into[atB + row * rank + column] = column < s.length ? newB[row * s.length + column] : 0;
      }
    }
    return spectrum;
  }

  static double[] doubles(NDArray array) {
    if (array.getDataType() == DataType.FLOAT64) {
      return array.toDoubleArray();
    }
    try (NDArray wide = array.toType(DataType.FLOAT64, false)) {
      return wide.toDoubleArray();
    }
  }
}
