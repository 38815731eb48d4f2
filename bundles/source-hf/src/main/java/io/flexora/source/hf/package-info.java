/** Models and data sets of a Hugging Face Hub, through the cache that huggingface_hub keeps. */
package io.flexora.source.hf;
