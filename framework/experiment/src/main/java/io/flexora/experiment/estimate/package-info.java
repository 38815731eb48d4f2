/** Memory, costs and expectations of an experiment, before anything runs. */
package io.flexora.experiment.estimate;
