package io.flexora.trainer.losa;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.FrozenMatrices;
import io.flexora.api.ability.LayerwiseModel;
import io.flexora.api.ability.PrunableModel;
import io.flexora.api.adapter.AdapterDemand;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.cost.Workload;
import io.flexora.api.plugin.Component;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Event;
import io.flexora.api.run.Figure;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.run.Seeds;
import io.flexora.api.train.Trainer;
import io.flexora.api.train.TrainingContext;
import io.flexora.api.train.TrainingResult;
import io.flexora.api.train.TrainingSetting;
import io.flexora.numerics.training.Deadline;
import io.flexora.numerics.training.GradientTraining;
import io.flexora.numerics.training.TrainingOptions;
import io.flexora.numerics.training.TrainingPoint;
import io.flexora.numerics.vector.Workspace;
import io.flexora.trainer.losa.prune.Pruner;
import io.flexora.trainer.losa.prune.PruningOptions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Training in periods of as many steps each, before each of which the base is pruned further. The
 * learning rate follows one schedule over all of them. What the optimiser keeps is kept from one
 * period to the next, unless ranks change, which rearranges theta.
 *
 * <p>A checkpoint has the theta with which each period has begun; from these the masks are made
 * again where a training is resumed. The best theta is that of the last period, as only there the
 * base is as sparse as it is to be.
 */
class SparseTraining implements Trainer {

  private final String user;
  private final PruningPlan plan;
  private final TrainingOptions options;
  private final Seeds seeds;

  /**
   * Makes the training.
   *
   * @param user whose it is, for messages, such as {@code trainer 'losa'}
   */
  SparseTraining(String user, PruningPlan plan, TrainingOptions options, Seeds seeds) {
    this.user = user;
    this.plan = plan;
    this.options = options;
    this.seeds = seeds;
  }

  /** Notes a model that cannot be pruned so, and adapters that cannot be masked or cut. */
  @Override
  public final void checkCompatibility(TrainingSetting setting, Compatibility found) {
    options.checkCompatibility(setting, found);
    found.check(() -> requireSteps(setting.size()));
    if (!plan.averageRanks().isEmpty()) {
      found.check(() -> RankCut.require(setting, plan.averageRanks(), user));
    }
    if (plan.pruning().sparsity() > 0) {
      for (var needed : List.of(PrunableModel.class, FrozenMatrices.class, LayerwiseModel.class)) {
        found.check(() -> setting.shape().require(needed, user));
      }
      found.check(() -> plan.requireRows(calibrationRows(setting)));
      found.check(() -> requireMasks(setting.adapter()));
    }
  }

  private int calibrationRows(TrainingSetting setting) {
    Pruner.requireModules(setting.shape(), plan.pruning());
    return Pruner.calibrationRows(setting.shape(), plan.pruning(), setting.trainingTokens());
  }

  @Override
  public final void checkCompatibility(AdapterDemand demand, Compatibility found) {
    boolean sharesOut = !plan.averageRanks().isEmpty();
    if (sharesOut && (demand == AdapterDemand.RANKS || demand == AdapterDemand.SCHEDULE)) {
      found.refuse("it shares out ranks itself; write average_ranks: []");
    }
    if (plan.pruning().sparsity() > 0 && demand == AdapterDemand.SHARED_ADAPTERS) {
      found.refuse(
          "it prunes the base, which stays as it is where layers share an adapter; let none share,"
              + " or use a trainer that prunes nothing");
    }
  }

  /**
   * A step of the pruning without one of the training would train nothing in between, whoever has
   * given the training its steps.
   */
  private void requireSteps(TrainingSetting.Size size) {
    OptionalLong steps = options.steps(size);
    if (!plan.changes() || steps.isEmpty() || plan.steps() <= steps.getAsLong()) {
      return;
    }
    String message =
        size.steps().isPresent()
            ? "sparsity_steps of %s is %d, but its training is given %d steps; give it more"
                + " (training_steps, or budget.steps of a comparison), or lower sparsity_steps"
            : "%s is to prune in %d steps, but its training has %d; train longer, or lower the"
                + " former";
    throw new IncompatibleOptionException(
        "sparsity_steps", message.formatted(user, plan.steps(), steps.getAsLong()));
  }

  private void requireMasks(Component<AdapterMethod> adapter) {
    if (!adapter.get().script().matrix().keepsZeros()) {
      throw new FlexoraException(
          ("%s prunes the base, and what adapter '%s' makes of a pruned matrix has other zeros; use"
                  + " one that adds to a matrix or scales its rows or columns, such as lora")
              .formatted(user, adapter.name()));
    }
    if (adapter.get().script().matrix().isUsed()
        && plan.steps() > 1
        && plan.pruning().pruning() == PruningOptions.Criterion.SPARSEGPT) {
      throw new IncompatibleOptionException(
          "pruning",
          ("%s takes what adapter '%s' adds out of the matrices that sparsegpt computes in each"
                  + " step, but what it adds depends on them; use pruning: wanda, or an adapter that"
                  + " adds to a matrix, such as lora")
              .formatted(user, adapter.name()));
    }
  }

  @Override
  public final Workload cost(TrainingSetting.Size size) {
    Workload plain = GradientTraining.cost(options, size, plan.steps());
    // Beside what a training stores: the theta with which each period has begun, and the initial
    // one.
    return plain
        .storedThetas(plain.storedThetas() + plan.steps() + 1)
        .storedBases(plan.pruning().sparsity() > 0 ? 1 : 0);
  }

  @Override
  public final TrainingResult train(TrainingContext context) {
    try (Workspace work = new Workspace(context.manager());
        SparseBase base = new SparseBase(context, plan, seeds, user)) {
      return new Run(work, context, base).result();
    }
  }

  /** One training. */
  private final class Run {

    private final Workspace work;
    private final NDManager own;
    private final TrainingContext context;
    private final SparseBase base;
    private final GradientTraining training;
    private final NDArray initial;
    private final Optional<RankCut> cut;
    private final PeriodStarts starts;
    private final Deadline deadline;
    private NDManager held;

    Run(Workspace work, TrainingContext context, SparseBase base) {
      this.work = work;
      this.own = work.temporary();
      this.context = context;
      this.base = base;
      this.initial = context.initialTheta(own, seeds);
      this.training = new GradientTraining(own, context, options, seeds, initial.getDataType());
      this.cut =
          plan.averageRanks().isEmpty()
              ? Optional.empty()
              : Optional.of(RankCut.of(own, context, plan.averageRanks(), user));
      this.starts = new PeriodStarts(context.checkpoints());
      this.deadline = new Deadline(System::nanoTime, context.timeLimit());
      this.held = own.newSubManager();
    }

    TrainingResult result() {
      Optional<TrainingPoint> saved = starts.latest(own).map(TrainingPoint::of);
      for (int period = 1; period <= starts.all().size(); period++) {
        base.prune(period, starts.all().get(period - 1));
      }
      int period = Math.max(1, starts.all().size());
      TrainingPoint at = trained(period, saved.orElseGet(() -> begun(1, Optional.empty())));
      while (period < plan.steps() && !at.outOfTime()) {
        period++;
        at = trained(period, begun(period, Optional.of(at)));
      }
      TrainingResult result = training.result(work, context, at);
      if (period == plan.steps()) {
        return withPruned(result, at, result.validationLoss());
      }
      pruneTheRest(period, at, result.theta());
      return withPruned(result, at, training.validationLoss(context(period), result));
    }

    /** The training as a period sees it, with the schedule of its ranks where they are cut. */
    private PeriodContext context(int period) {
      boolean last = starts.all().size() == plan.steps() || plan.pruning().sparsity() == 0;
      Optional<TrainingSchedule> schedule =
          cut.map(ranks -> ranks.of(period, lastStep(period - 1), base.errors(), initial))
              .or(context::schedule);
      return new PeriodContext(context, base.model(), starts, schedule, last);
    }

    private long lastStep(int period) {
      return GradientTraining.endOf(period, plan.steps(), training.totalSteps());
    }

    private TrainingPoint trained(int period, TrainingPoint from) {
      NDManager scope = own.newSubManager();
      GradientTraining.Period part =
          new GradientTraining.Period(lastStep(period), period == plan.steps());
      TrainingPoint end = training.run(scope, context(period), from, part, deadline);
      // A period without steps ends where it has begun.
      if (end.step() > from.step()) {
        held.close();
        held = scope;
      }
      return end;
    }

    private TrainingPoint begun(int period, Optional<TrainingPoint> before) {
      NDArray start = before.map(at -> at.iterate().theta()).orElse(initial).duplicate();
      start.attach(own);
      starts.add(start);
      base.prune(period, start);
      tell(period, cut.map(ranks -> ranks.next(period, base.errors())));
      NDManager scope = own.newSubManager();
      try (Workspace made = new Workspace(scope)) {
        TrainingPoint kept =
            before
                .map(TrainingPoint::begun)
                .orElseGet(() -> training.start(made.temporary(), context(period), start))
                .keptBy(made);
        held.close();
        held = scope;
        return kept;
      }
    }

    private void pruneTheRest(int period, TrainingPoint end, NDArray theta) {
      base.prune(plan.steps(), theta);
      tell(plan.steps(), ranks(end));
      if (plan.pruning().sparsity() > 0) {
        context
            .monitor()
            .notice(
                ("the time was over in step %d of %d of the pruning: the rest is pruned at once,"
                        + " and nothing is trained after it")
                    .formatted(period, plan.steps()));
      }
    }

    private Optional<int[]> ranks(TrainingPoint at) {
      return cut.map(ranks -> RankCut.ranks(at.known()));
    }

    private void tell(int period, Optional<int[]> ranks) {
      if (plan.pruning().sparsity() > 0) {
        Map<String, Figure> figures = figures(ranks);
        figures.put("sparsity_step", Figure.of((long) period));
        context.monitor().event(new Event.Own("pruned", figures));
      }
    }

    private Map<String, Figure> figures(Optional<int[]> ranks) {
      Map<String, Figure> figures = new HashMap<>();
      if (plan.pruning().sparsity() > 0) {
        figures.put("sparsity", Figure.of(base.sparsity()));
        figures.put("layer_sparsities", new Figure.Reals(base.sparsities()));
        figures.put("reconstruction_errors", new Figure.Reals(base.errors()));
      }
      ranks.ifPresent(
          all ->
              figures.put(
                  "ranks", new Figure.Wholes(Arrays.stream(all).asLongStream().boxed().toList())));
      return figures;
    }

    private TrainingResult withPruned(
        TrainingResult plain, TrainingPoint end, OptionalDouble validationLoss) {
      Map<String, Figure> figures = figures(ranks(end));
      figures.putAll(plain.figures());
      return new TrainingResult(
          plain.theta(),
          plain.step(),
          plain.trainingLoss(),
          validationLoss,
          figures,
          base.copied(context.manager()));
    }
  }
}
