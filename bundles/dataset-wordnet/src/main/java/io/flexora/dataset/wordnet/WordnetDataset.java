package io.flexora.dataset.wordnet;

import io.flexora.api.data.Dataset;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.run.Seeds;
import io.flexora.api.source.Sources;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Definitions from WordNet 3.1 (Princeton University) with the fields {@code gloss}, {@code lemma}
 * (the most usual word), {@code lemmas} (all words) and {@code supersense} (the lexicographer file,
 * such as {@code noun.animal}; Ciaramita and Johnson, 2003).
 *
 * <p>No gloss is in the rows twice, compared by its words in lower case.
 */
@Doc("Definitions of WordNet 3.1, each with its supersense such as noun.animal.")
final class WordnetDataset implements Dataset {
  private final WordnetOptions options;
  private final Seeds seeds;
  private final Sources sources;

  @Inject
  WordnetDataset(WordnetOptions options, Seeds seeds, Sources sources) {
    this.options = options;
    this.seeds = seeds;
    this.sources = sources;
  }

  @Override
  public Map<Split, List<Row>> load() throws IOException {
    List<Synset> synsets = new ArrayList<>();
    for (String name : options.senses().files()) {
      synsets.addAll(
          IncompatibleOptionException.reading(
              "source",
              () ->
                  new DatabaseFile(sources.fetch(options.source() + "/" + name), name).synsets()));
    }
    Collection<Row> rows =
        new Glosses(options.minWords(), options.exampleSentences()).rows(synsets);
    refuseTooMany(rows.size());
    return new StratifiedSplit(options.distribution(), seeds)
        .split(rows, options.train(), options.validation(), options.test());
  }

  private void refuseTooMany(int available) {
    long asked = (long) options.train() + options.validation() + options.test();
    if (asked > available) {
      throw new IncompatibleOptionException(
          "train",
          "dataset wordnet: train %d + validation %d + test %d = %d rows are asked for, but there"
                  .formatted(options.train(), options.validation(), options.test(), asked)
              + " are %d with senses '%s' and min_words %d; ask for fewer"
                  .formatted(
                      available,
                      options.senses().name().toLowerCase(Locale.ROOT),
                      options.minWords()));
    }
  }
}
