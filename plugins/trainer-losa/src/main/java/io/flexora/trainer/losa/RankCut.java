package io.flexora.trainer.losa;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.adapter.TrainingSchedule.Probe;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.train.TrainingContext;
import io.flexora.api.train.TrainingSetting;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.ScriptText;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.numerics.transformer.LowRank;
import io.flexora.numerics.transformer.LowRankPair;
import io.flexora.numerics.vector.ThetaParts;
import io.flexora.trainer.losa.prune.LayerRanks;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Gives each layer a rank by setting the components of its adapters beyond it to zero, in A and in
 * B, so that they add nothing and have no gradient. The arrays keep the greatest rank.
 *
 * <p>Where a rank falls, the components are put in the order of their share of B A first, by its
 * singular values, and the largest stay. Where it rises, A has its initial values in the new
 * components and B has zeros.
 */
final class RankCut {

  private static final String RESOURCE = "ranks.torchscript";

  private final TorchScript script;
  private final List<Integer> averages;
  private final List<Integer> layers;
  private final List<LowRankPair> pairs;
  private final int greatest;

  private RankCut(
      TorchScript script,
      List<Integer> averages,
      List<Integer> layers,
      List<LowRankPair> pairs,
      int greatest) {
    this.script = script;
    this.averages = averages;
    this.layers = layers;
    this.pairs = pairs;
    this.greatest = greatest;
  }

  /**
   * Prepares it.
   *
   * @param owner the owner of what is compiled
   * @param averages the average rank after each pruning
   * @param user whose ranks they are, for messages
   * @throws FlexoraException if the adapters have no such ranks, or the strategy has chosen them
   */
  static RankCut of(NDManager owner, TrainingContext context, List<Integer> averages, String user) {
    AdaptedModel model = context.model();
    if (context.schedule().isPresent()) {
      throw new IncompatibleOptionException(
          "average_ranks",
          user
              + " cannot share out ranks where the strategy changes the layers that are trained;"
              + " write average_ranks: []");
    }
    if (model.plan().chosen().stream().anyMatch(module -> module.rank().isPresent())) {
      throw new IncompatibleOptionException(
          "average_ranks",
          user
              + " cannot share out ranks where the strategy has given each module its own; write"
              + " average_ranks: []");
    }
    List<LowRankPair> pairs = pairs(model, user);
    int greatest = pairs.stream().mapToInt(LowRankPair::rank).min().orElse(0);
    requireRanks(averages, greatest, user);
    return new RankCut(
        ScriptText.of(RankCut.class, RESOURCE).compile(owner),
        averages,
        model.plan().layers(),
        pairs,
        greatest);
  }

  /**
   * Refuses adapters that have no such ranks, before there are any.
   *
   * @throws FlexoraException as {@link #of}, but for what the strategy chooses
   */
  static void require(TrainingSetting setting, List<Integer> averages, String user) {
    int greatest = Integer.MAX_VALUE;
    for (ModuleShape module : setting.modules()) {
      for (AdapterParameter parameter : setting.adapter().get().parameters(module)) {
        if (!isFactor(parameter)) {
          throw otherArray(user, parameter);
        }
        if (parameter.name().equals(LowRank.A)) {
          greatest = Math.min(greatest, (int) parameter.shape().get(0));
        }
      }
    }
    requireRanks(averages, greatest, user);
  }

  private static void requireRanks(List<Integer> averages, int greatest, String user) {
    int most = Collections.max(averages);
    if (most > greatest) {
      throw new IncompatibleOptionException(
          "average_ranks",
          ("average_ranks of %s has %d, but lora_rank is %d; raise lora_rank, at best above it so"
                  + " that layers can have more than the average, or lower average_ranks")
              .formatted(user, most, greatest));
    }
  }

  private static FlexoraException otherArray(String user, AdapterParameter parameter) {
    return new IncompatibleOptionException(
        "average_ranks",
        ("%s shares out the ranks of two factors A and B, but the adapters have an array '%s'; use"
                + " lora, or write average_ranks: []")
            .formatted(user, parameter.name()));
  }

  private static List<LowRankPair> pairs(AdaptedModel model, String user) {
    for (Slice slice : model.parameters().slices()) {
      if (slice.owner() instanceof Slice.Adapter of && !isFactor(of.parameter())) {
        throw otherArray(user, of.parameter());
      }
    }
    return LowRankPair.of(model.parameters());
  }

  private static boolean isFactor(AdapterParameter parameter) {
    return parameter.name().equals(LowRank.A) || parameter.name().equals(LowRank.B);
  }

  /**
   * The schedule of a period: shares out its ranks before its first step.
   *
   * @param period the number of the period, from 1
   * @param first the steps that were done before it
   * @param errors what the pruning before it has cost each layer of the model
   * @param initial the theta that the training has begun with
   */
  TrainingSchedule of(int period, long first, List<Double> errors, NDArray initial) {
    return new TrainingSchedule() {
      @Override
      public Known start(NDManager scope, List<ParameterPlace> places, NDArray theta) {
        return Known.of(Collections.nCopies(layers.size(), (double) greatest));
      }

      @Override
      public Turn before(NDManager scope, Moment at, Probe probe) {
        int[] before = ranks(at.known());
        int[] after = at.step() == first ? next(period, errors) : before;
        if (Arrays.equals(before, after)) {
          return Turn.of(at.known());
        }
        return Turn.of(Known.of(Arrays.stream(after).mapToObj(rank -> (double) rank).toList()))
            .moving(moved(scope, at.theta(), initial, before, after))
            .restarting(Restart.EVERYTHING);
      }
    };
  }

  /** The ranks by layer of the plan. */
  static int[] ranks(TrainingSchedule.Known known) {
    return known.numbers().stream().mapToInt(Double::intValue).toArray();
  }

  /** The ranks of a period, by layer of the plan. */
  int[] next(int period, List<Double> errors) {
    double[] own = layers.stream().mapToDouble(errors::get).toArray();
    return LayerRanks.of(own, averages.get(period - 1), greatest);
  }

  /** Theta with other ranks, in an array of its own. */
  private NDArray moved(
      NDManager scope, NDArray theta, NDArray initial, int[] before, int[] after) {
    NDArray changed = theta.duplicate();
    changed.attach(scope);
    for (LowRankPair pair : pairs) {
      int layer = layers.indexOf(pair.layer());
      try (NDManager temporary = scope.newSubManager()) {
        Arguments arguments =
            new Arguments(temporary)
                .with("a", ThetaParts.of(temporary, theta, pair.a()))
                .with("b", ThetaParts.of(temporary, theta, pair.b()))
                .with("fresh", ThetaParts.of(temporary, initial, pair.a()))
                .with("before", before[layer])
                .with("after", after[layer]);
        NDList both = script.call("ranked", arguments);
        put(temporary, changed, pair.a(), both.get(0));
        put(temporary, changed, pair.b(), both.get(1));
      }
    }
    return changed;
  }

  private void put(NDManager temporary, NDArray theta, Slice slice, NDArray values) {
    script.call(
        "put",
        new Arguments(temporary)
            .with("theta", theta)
            .with("place", slice.offset())
            .with("values", values));
  }
}
