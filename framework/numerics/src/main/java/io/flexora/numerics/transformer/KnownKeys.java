package io.flexora.numerics.transformer;

import io.flexora.api.adapter.AdapterForm;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/**
 * The form of an adapter method in PEFT's files whose keys follow from its options.
 *
 * @param configuration the keys
 * @param read whether the method computes what a file's key says though its value is another
 * @since 0.1
 */
public record KnownKeys(Map<String, Object> configuration, BiPredicate<String, Object> read)
    implements AdapterForm {

  /** Copies the keys. */
  public KnownKeys {
    configuration = Collections.unmodifiableMap(new TreeMap<>(configuration));
  }

  /** A form in which some keys may have any value. */
  public KnownKeys(Map<String, Object> configuration, Set<String> free) {
    this(configuration, (key, value) -> free.contains(key));
  }

  @Override
  public boolean accepts(String key, Object value) {
    return read.test(key, value);
  }
}
