//! Makes every query one that can be stopped.
//!
//! A query ends at its next point of waiting. Joins multiply rows and may never wait, so a query over a few rows could
//! go on for hours after its asker has left. This rule puts a point of waiting after each operator that multiplies.

use deltalake::datafusion::{
    common::{
        config::ConfigOptions,
        tree_node::{Transformed, TransformedResult, TreeNode},
    },
    error::Result,
    physical_optimizer::PhysicalOptimizerRule,
    physical_plan::{ExecutionPlan, coop::CooperativeExec},
};
use std::sync::Arc;

/// Wraps operators that multiply rows, so that they hand back the thread now and then.
#[derive(Debug)]
pub(super) struct Stoppable;

impl PhysicalOptimizerRule for Stoppable {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        let wrap = |node: Arc<dyn ExecutionPlan>| {
            Ok(match multiplies(node.name()) {
                true => Transformed::yes(Arc::new(CooperativeExec::new(node)) as Arc<dyn ExecutionPlan>),
                false => Transformed::no(node),
            })
        };
        plan.transform_up(wrap).data()
    }

    fn name(&self) -> &str {
        "stoppable"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

fn multiplies(operator: &str) -> bool {
    operator.ends_with("JoinExec") || operator == "UnnestExec"
}
