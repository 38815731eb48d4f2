/** Pruning and LoRA together: LoSA, and training on a base that was pruned before. */
package io.flexora.trainer.losa;
