package io.flexora.task.embedding;

import io.flexora.api.data.Example;
import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.metric.MetricDescription.Range;
import io.flexora.api.plugin.Doc;
import io.flexora.api.plugin.Option;
import io.flexora.api.run.Compatibility;
import io.flexora.numerics.score.Estimates;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The search of each query among all positives and negatives of the rows, by cosine. Rows of one
 * query are one search; a positive is relevant by its score, 1 where rows have none, and not at all
 * from 0 on downwards. Documents of the same cosine stand in the order of their texts.
 *
 * <p>The gain of nDCG is linear, as in trec_eval. The number of an example is that of its query,
 * and figures are means over the rows, so that a query counts as often as it has rows; one without
 * a relevant document does not count.
 */
@Doc(
    "Search for each query among the positives and negatives of all rows, and measure nDCG@k, MRR@k,"
        + " recall@k and MAP.")
final class RetrievalMetric implements Metric {

  /** The options of {@link RetrievalMetric}. */
  public record Options(
      @Option(doc = "The number of documents that a search returns.", byDefault = "10", min = 1)
          int k) {}

  /** A text that is searched, with its vector. */
  private record Document(String example, Embedded vector) {}

  /** A query with the gains of its relevant documents. */
  private record Query(Document document, Map<String, Double> gains) {

    Query and(String positive, double gain) {
      Map<String, Double> all = new TreeMap<>(gains);
      if (gain > 0) {
        all.merge(positive, gain, Math::max);
      }
      return new Query(document, all);
    }
  }

  private final int k;
  private final List<MetricDescription> descriptions;

  @Inject
  RetrievalMetric(Options options) {
    k = options.k();
    descriptions =
        List.of(
            described("ndcg_at_" + k, "nDCG@" + k),
            described("mrr_at_" + k, "MRR@" + k),
            described("recall_at_" + k, "R@" + k),
            described("map", "MAP"));
  }

  private static MetricDescription described(String name, String symbol) {
    return MetricDescription.score(name, Need.VECTORS)
        .withSymbol(symbol)
        .withRange(Range.FRACTION)
        .asAggregate();
  }

  @Override
  public List<MetricDescription> descriptions() {
    return descriptions;
  }

  @Override
  public void checkCompatibility(EvaluatedTask task, Compatibility found) {
    if (task.examples().stream().noneMatch(example -> gain(example) > 0)) {
      found.refuse("it needs a query with a relevant text, but no pair has a score above 0");
    }
  }

  private static double gain(Example example) {
    return Embedded.score(example).orElse(1);
  }

  @Override
  public List<Metric.Result> compute(ScoredExamples scored) {
    Map<String, Document> corpus = new TreeMap<>();
    Map<String, Query> queries = new TreeMap<>();
    for (ScoredExample example : scored.examples()) {
      List<String> texts = Embedded.texts(example.example());
      for (int text = 1; text < texts.size(); text++) {
        corpus.merge(texts.get(text), document(example, text), RetrievalMetric::first);
      }
      queries.merge(
          texts.get(0),
          new Query(document(example, 0), Map.of()).and(texts.get(1), gain(example.example())),
          (one, other) -> joined(one, other, texts.get(1)));
    }
    Map<String, double[]> found = new TreeMap<>();
    queries.forEach((text, query) -> found.put(text, search(query, corpus)));
    double[] counted =
        scored.values(e -> queries.get(e.example().prompt()).gains().isEmpty() ? 0 : 1);
    return IntStream.range(0, descriptions.size())
        .mapToObj(
            figure -> {
              double[] values = scored.values(e -> found.get(e.example().prompt())[figure]);
              return Estimates.ratio(descriptions.get(figure), values, counted);
            })
        .toList();
  }

  private static Document document(ScoredExample example, int text) {
    return new Document(example.example().id(), Embedded.of(example, text));
  }

  /** The same text may differ in its last digits by its batch; its first row's vector counts. */
  private static Document first(Document one, Document other) {
    return one.example().compareTo(other.example()) <= 0 ? one : other;
  }

  private static Query joined(Query one, Query other, String positive) {
    return new Query(first(one.document(), other.document()), one.gains())
        .and(positive, other.gains().getOrDefault(positive, 0.0));
  }

  /** The figures of a query, in the order of their descriptions. */
  private double[] search(Query query, Map<String, Document> corpus) {
    List<String> texts = List.copyOf(corpus.keySet());
    double[] cosines =
        corpus.values().stream()
            .mapToDouble(document -> query.document().vector().cosine(document.vector()))
            .toArray();
    Map<String, Integer> ranks = new TreeMap<>();
    for (int i = 0; i < cosines.length; i++) {
      if (query.gains().containsKey(texts.get(i))) {
        ranks.put(texts.get(i), rank(cosines, i));
      }
    }
    int[] sorted = ranks.values().stream().mapToInt(Integer::intValue).sorted().toArray();
    if (sorted.length == 0) {
      return new double[descriptions.size()];
    }
    double gained = 0;
    for (Map.Entry<String, Integer> relevant : ranks.entrySet()) {
      gained += discounted(query.gains().get(relevant.getKey()), relevant.getValue());
    }
    List<Double> best = query.gains().values().stream().sorted(Comparator.reverseOrder()).toList();
    double most = 0;
    double precisions = 0;
    for (int i = 0; i < sorted.length; i++) {
      most += discounted(best.get(i), i + 1);
      precisions += (i + 1.0) / sorted[i];
    }
    return new double[] {
      gained / most,
      sorted[0] <= k ? 1.0 / sorted[0] : 0,
      Arrays.stream(sorted).filter(rank -> rank <= k).count() / (double) sorted.length,
      precisions / sorted.length
    };
  }

  private double discounted(double gain, int rank) {
    return rank <= k ? gain * Math.log(2) / Math.log(rank + 1) : 0;
  }

  private static int rank(double[] cosines, int document) {
    int rank = 1;
    for (int i = 0; i < cosines.length; i++) {
      boolean before = i < document && cosines[i] == cosines[document];
      rank += before || cosines[i] > cosines[document] ? 1 : 0;
    }
    return rank;
  }
}
