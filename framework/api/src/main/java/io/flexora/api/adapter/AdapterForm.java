package io.flexora.api.adapter;

import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The form of an adapter method's adapters in files: PEFT's.
 *
 * @since 0.1
 */
@ConsumerType
@FunctionalInterface
public interface AdapterForm {

  /** The form in which an adapter is written and read. */
  enum Written {
    /** The method's own. */
    OWN,
    /**
     * Plain LoRA, since the method's own form fits a matrix that was changed by more than the file
     * says; what is read again is plain LoRA, too. Files in the method's own form are read:
     * constants that they do not hold are made again by the initialisation.
     */
    PLAIN_LORA,
    /** Plain LoRA, and files in the method's own form cannot be read. */
    PLAIN_LORA_ALONE
  }

  /**
   * The keys of {@code adapter_config.json} that belong to the method, {@code peft_type} among
   * them, as its options alone give them. The same method with the options that a file's keys name
   * gives these keys again: a host reads a file by the method whose keys are the file's, so a key
   * that is no option and may have other values is answered for by {@link #accepts}.
   */
  Map<String, Object> configuration();

  /**
   * The same keys of a trained adapter.
   *
   * @param trained the parameters of each site
   */
  default Map<String, Object> configuration(Map<AdapterSite, List<AdapterArray>> trained) {
    return configuration();
  }

  /**
   * Whether this method computes what a file's key says, where the key's value is another than in
   * {@link #configuration()}: such as a note on how values were drawn that the file has anyway.
   */
  default boolean accepts(String key, Object value) {
    return false;
  }

  /**
   * What is saved of the parameters of a site: those that were pruned may be left out where {@link
   * #shapesVary}.
   *
   * @param trained the parameters' values, in order
   */
  default List<AdapterArray> saved(AdapterSite site, List<AdapterArray> trained) {
    return trained;
  }

  /**
   * Whether the parameters of a site may have other shapes than {@link AdapterMethod#parameters}
   * says, which are the largest then: such as ranks that are given out by need. The start says
   * which, or the file.
   */
  default boolean shapesVary() {
    return false;
  }

  /** The form in which an adapter is written and read. */
  default Written written() {
    return Written.OWN;
  }

  /**
   * Whether PEFT's configuration of the method can name layers ({@code layers_to_transform});
   * otherwise a file names each module by its whole path.
   */
  default boolean namesLayers() {
    return true;
  }

  /**
   * Whether a file repeats the shared constants under the name of each module, as PEFT writes and
   * expects those of some methods.
   */
  default boolean repeatsShared() {
    return false;
  }
}
