package io.flexora.posterior.laplace;

import io.flexora.api.ability.ClassGradients;
import io.flexora.api.ability.ClassGradients.Differentiated;
import io.flexora.api.adapter.AdapterDemand;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.model.HasAbilities;
import io.flexora.api.plan.Point;
import io.flexora.api.plugin.Doc;
import io.flexora.api.posterior.Posterior;
import io.flexora.api.posterior.PosteriorContext;
import io.flexora.api.posterior.PosteriorSetting;
import io.flexora.api.posterior.Predictive;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Figure;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Progress;
import io.flexora.numerics.score.ChoiceProbabilities;
import io.flexora.numerics.transformer.LowRankPair;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Laplace-LoRA (Yang et al. 2024, arXiv 2308.13111). The posterior of the trained matrices is a
 * Gaussian around them, of precision H + lambda I: H is the Gauss-Newton matrix of the negative
 * log-likelihood of the right choice among an example's choices, one Kronecker product for each
 * matrix, and lambda the precision of the prior. Predictions average the softmax over the
 * distribution of class outputs that are linear in the parameters.
 */
@Doc(
    "Laplace-LoRA: a Gaussian posterior around LoRA's trained factors, with Kronecker-factored"
        + " curvature.")
final class LaplacePosterior implements Posterior {

  private static final double INITIAL_PRECISION = 1;

  private final LaplaceOptions options;

  @Inject
  LaplacePosterior(LaplaceOptions options) {
    this.options = options;
  }

  @Override
  public void checkCompatibility(PosteriorSetting setting, Compatibility found) {
    if (!setting.shape().abilities().contains(ClassGradients.class)) {
      String model = "this model (%s)".formatted(setting.shape().family());
      found.refuse(HasAbilities.missing(ClassGradients.class, "it", model).getMessage());
    }
    if (setting.hasOwnBase()) {
      found.refuse(
          "it takes what an adapter adds as a product of two factors, which it no longer is on a"
              + " base that the trainer prunes; use a trainer that leaves the base as it is");
    } else if (!setting.modules().stream()
        .allMatch(module -> LowRankPair.isAllOf(setting.adapter().get(), module))) {
      found.refuse(
          ("it takes LoRA's factors A and B of s B A x as uncertain, and adapter '%s' depends on"
                  + " its parameters otherwise; use one that does, such as lora")
              .formatted(setting.adapter().name()));
    }
    if (setting.training() == 0) {
      found.refuse("it is fitted to training examples, but the dataset gives none");
    }
    if (options.tunesOnValidation() && setting.validation() == 0) {
      found.refuse(
          "prior_precision_method",
          "prior_precision_method: validation needs validation examples, but the dataset gives"
              + " none; write evidence, or a prior_precision");
    }
  }

  @Override
  public void checkCompatibility(AdapterDemand demand, Compatibility found) {
    if (demand == AdapterDemand.SHARED_ADAPTERS) {
      found.refuse(
          "it takes the adapter of each layer as uncertain by itself; let no layers share, or use"
              + " another posterior");
    }
  }

  /** A gradient of each class for each example, but for the first where differences are enough. */
  @Override
  public Workload cost(PosteriorSetting setting) {
    int classes =
        setting.task().classes().isEmpty()
            ? setting.task().examples().stream().mapToInt(e -> e.choices().size()).max().orElse(0)
            : setting.task().classes().size();
    int validation = options.tunesOnValidation() ? setting.validation() : 0;
    long predicted = (long) validation + setting.test();
    return Workload.NONE.forward(
        Passes.of(
            setting.training() * passes(setting, classes, Differentiated.DIFFERENCES)
                + predicted * passes(setting, classes, options.predictive().differentiated())));
  }

  private static long passes(PosteriorSetting setting, int classes, Differentiated differentiated) {
    int gradients = differentiated == Differentiated.OUTPUTS ? classes : Math.max(0, classes - 1);
    return (setting.recomputes() ? 2 : 1) + 2L * gradients;
  }

  @Override
  public Predictive fit(PosteriorContext context) {
    if (context.model().plan().sharesAdapters()) {
      throw new FlexoraException(
          "laplace takes the adapter of each layer as uncertain by itself, but the strategy lets"
              + " layers share one; let none share, or use another posterior");
    }
    LaplaceScript script = LaplaceScript.compile(context.manager());
    ExampleMatrices matrices =
        new ExampleMatrices(
            context.manager(), script, context.model(), context.theta(), layers(context));
    if (matrices.isEmpty()) {
      context
          .monitor()
          .notice(
              "Nothing is trained that could be uncertain: laplace predicts as the model does.");
      Point point = Point.of(context.theta());
      return (scope, examples, batch) -> context.model().scores(scope, batch, point);
    }
    GradientPass fit = pass(context, matrices, Differentiated.DIFFERENCES);
    GaussianPosterior posterior = posterior(context, fit, matrices, script);
    GradientPass pass = pass(context, matrices, options.predictive().differentiated());
    OutputCovariance covariance = new OutputCovariance(script, matrices, posterior);
    AverageProbabilities average =
        new AverageProbabilities(options.predictive(), options.samples(), context.seeds());
    double precision = precision(context, pass, covariance, average);
    return new LaplacePredictive(
        pass, covariance, precision, average, figures(posterior, precision));
  }

  private GradientPass pass(
      PosteriorContext context, ExampleMatrices matrices, Differentiated differentiated) {
    return new GradientPass(
        context.model(), context.theta(), matrices.layers(), options.batchSize(), differentiated);
  }

  private List<Integer> layers(PosteriorContext context) {
    List<Integer> layers = context.model().plan().layers();
    return options.layers() == LaplaceOptions.UncertainLayers.ALL || layers.isEmpty()
        ? layers
        : layers.subList(layers.size() - 1, layers.size());
  }

  private GaussianPosterior posterior(
      PosteriorContext context, GradientPass pass, ExampleMatrices matrices, LaplaceScript script) {
    double[] logLikelihood = {0};
    try (KroneckerFactors factors =
        new KroneckerFactors(context.manager(), script, options.factors(), options.ranks())) {
      pass.over(
          context.manager(),
          context.training(),
          (scope, e, found) -> {
            double[] logarithms = ChoiceProbabilities.logarithms(found.outputs());
            int label = Prediction.of(context.training().get(e).example(), logarithms).label();
            logLikelihood[0] += logarithms[label];
            double[] probabilities = Arrays.stream(logarithms).map(Math::exp).toArray();
            for (MatrixData data : matrices.of(scope, found)) {
              factors.add(scope, data, probabilities);
            }
          },
          done -> step(context, done));
      List<MatrixPosterior> decomposed = factors.decomposed(context.manager());
      return new GaussianPosterior(decomposed, matrices.squaredNorm(), logLikelihood[0]);
    }
  }

  private void step(PosteriorContext context, int done) {
    int validated = options.tunesOnValidation() ? context.validation().size() : 0;
    context.monitor().step(Progress.of(done, (long) context.training().size() + validated));
  }

  private double precision(
      PosteriorContext context,
      GradientPass pass,
      OutputCovariance covariance,
      AverageProbabilities average) {
    if (options.priorPrecision().isPresent()) {
      return options.priorPrecision().get();
    }
    if (!options.tunesOnValidation()) {
      return covariance.posterior().bestPrecision();
    }
    return new ValidationPrecision(covariance, average)
        .best(
            context.manager(),
            pass,
            context.validation(),
            context.monitor(),
            done -> step(context, context.training().size() + done));
  }

  private static Map<String, Figure> figures(GaussianPosterior posterior, double precision) {
    Map<String, Figure> figures = new TreeMap<>();
    figures.put("prior_precision", Figure.of(precision));
    figures.put("log_evidence_initial", Figure.of(posterior.logMarginal(INITIAL_PRECISION)));
    figures.put("log_evidence", Figure.of(posterior.logMarginal(precision)));
    figures.put("effective_parameters", Figure.of(posterior.effectiveParameters(precision)));
    figures.put(
        "ranks",
        Figure.of(
            posterior.matrices().stream()
                .flatMap(m -> Stream.of(m.inputs().kept(), m.gradients().kept()))
                .toList()));
    return figures;
  }
}
