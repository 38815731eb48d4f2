package io.flexora.dataset.files;

import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.Option;
import io.flexora.dataset.files.read.Format;
import io.flexora.dataset.files.select.ConditionLimits;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The options of {@link FilesDataset}. */
public record FilesOptions(
    @Option(
            doc =
                "A folder, file or glob whose files are assigned to splits by name: train or"
                    + " training; val, valid, validation or dev; test or eval, as a part of the"
                    + " file's or folder's name. Without such names, all files are for training.")
        Optional<String> source,
    @Option(
            doc =
                "The training rows: a location such as file:data/train.jsonl or"
                    + " hf:datasets/org/name@revision/data/train-*.parquet (a file, a folder or a"
                    + " glob), a path or glob below source, or the name of one of source's splits.")
        Optional<String> train,
    @Option(
            doc =
                "The validation rows, used to choose layers and checkpoints: as train; or a"
                    + " number such as 500 or a share such as 0.1 or 10% of the training rows, drawn"
                    + " by the seed. 0 for none.")
        Optional<String> validation,
    @Option(doc = "The test rows, used once for the final evaluation: as validation.")
        Optional<String> test,
    @Option(
            doc =
                "Number of training rows, all of which have to be there. Default: all that are"
                    + " there.",
            min = 1)
        Optional<Integer> trainRows,
    @Option(doc = "Number of validation rows: as train_rows.", min = 1)
        Optional<Integer> validationRows,
    @Option(doc = "Number of test rows: as train_rows.", min = 1) Optional<Integer> testRows,
    @Option(
            doc =
                "Sampling of train_rows, validation_rows and test_rows: 'random' by the seed (a"
                    + " smaller sample is part of a larger one), or the 'first'.",
            byDefault = "random")
        RowSampling sampling,
    @Option(
            doc =
                "A field, such as label, whose values have the same shares in random samples (the"
                    + " held-out rows of validation and test, and train_rows and the like) as in the"
                    + " rows that they are drawn from. Default: none.")
        Optional<String> stratifyBy,
    @Option(
            doc =
                "New names of fields: {new: old}. The old one may be a path into nested values, such"
                    + " as question.stem, choices.text or answers.text.0.",
            byDefault = "{}")
        Map<String, String> rename,
    @Option(doc = "The fields, by their new names, that rows have; all if empty.", byDefault = "[]")
        List<String> fields,
    @Option(
            doc =
                "Row filter for every split: a condition in DuckDB's SQL over the renamed"
                    + " fields, such as length(goal) < 200 AND len(choices.text) = 4.")
        Optional<String> where,
    @Option(affects = Effect.NOTHING, doc = "Limits of the row filter.", byDefault = "{}")
        ConditionLimits whereLimits,
    @Option(
            doc =
                "Fields that group rows, such as the article of several questions: rows equal"
                    + " in them, ignoring case and white space, never go to two splits. Default: all"
                    + " fields except id, idx, ind, index, ..._id and the index columns of pandas"
                    + " (Unnamed: 0, __index_level_0__).",
            byDefault = "[]")
        List<String> groupBy,
    @Option(
            doc =
                "Handling of such duplicates across splits: 'drop' removes them from the"
                    + " training rows (and from validation if they are in test), 'keep' only warns,"
                    + " 'refuse' ends the run.",
            byDefault = "drop")
        Duplicates duplicates,
    @Option(
            doc =
                "Maximum number of malformed rows (invalid JSON or UTF-8, wrong number of"
                    + " fields) that are skipped; one more ends the run with the file and line of"
                    + " each.",
            byDefault = "0",
            min = 0)
        int maxBadRows,
    @Option(
            doc = "Format of all files; 'auto' decides by their file name extensions.",
            byDefault = "auto")
        Format format,
    @Option(
            doc = "The path to the list of rows in a JSON file that is one object, such as data.",
            aliases = "field")
        Optional<String> recordPath,
    @Option(
            doc = "Field delimiter of CSV files. Default: a comma, or a tab in TSV.",
            aliases = "sep")
        Optional<String> delimiter,
    @Option(
            doc =
                "Treat \"...\" around a field of a CSV or TSV file as quoting, not as part of"
                    + " the text.",
            byDefault = "true")
        boolean quoting,
    @Option(
            doc =
                "Field names of CSV and TSV files without a header row, and of the columns of CoNLL"
                    + " files (by default words first and tags last).",
            byDefault = "[]")
        List<String> columnNames) {}
