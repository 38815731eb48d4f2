/** Which numbers of which matrices are pruned, and what that costs a layer. */
package io.flexora.trainer.losa.prune;
