//! What Pod Security calls restricted, and what every container of ours has beside it.

use serde_json::{Value, json};

use crate::links::{containers, pods};

/// Whether every pod is restricted and every container bounded.
pub(crate) fn check(documents: &[Value]) -> Result<(), String> {
    for (name, _, pod) in pods(documents) {
        let demand = |is_so: bool, what: &str| if is_so { Ok(()) } else { Err(format!("{name}: {what}")) };
        let security = &pod["securityContext"];
        demand(security["runAsNonRoot"] == true, "may run as root")?;
        demand(security["runAsUser"].as_u64() >= Some(10_000), "runs as a user that a node may know")?;
        demand(security["seccompProfile"]["type"] == "RuntimeDefault", "has no seccomp profile")?;
        demand(pod["automountServiceAccountToken"] == false, "holds a token of the cluster")?;
        demand(pod["enableServiceLinks"] == false, "gets variables of other services")?;
        for container in containers(pod) {
            let (name, security) = (&container["name"], &container["securityContext"]);
            demand(security["allowPrivilegeEscalation"] == false, &format!("{name} may gain privileges"))?;
            demand(security["readOnlyRootFilesystem"] == true, &format!("{name} may write to its image"))?;
            demand(security["capabilities"]["drop"] == json!(["ALL"]), &format!("{name} has capabilities"))?;
            for bound in ["requests", "limits"] {
                for resource in ["cpu", "memory"] {
                    let is_there = container["resources"][bound][resource].is_string();
                    demand(is_there, &format!("{name} has no {bound} for {resource}"))?;
                }
            }
            let image = container["image"].as_str().unwrap_or_default();
            let tag = image.rsplit_once(':').map_or("", |(_, tag)| tag);
            demand(!tag.is_empty() && tag != "latest", &format!("{name} runs {image}, which is any version"))?;
            let lives_on = container["restartPolicy"] == "Always"
                || pod["containers"].as_array().is_some_and(|main| main.contains(container));
            let is_admin = pod["restartPolicy"] == "Never";
            if lives_on && !is_admin {
                demand(container["livenessProbe"].is_object(), &format!("{name} is never asked whether it lives"))?;
            }
        }
    }
    Ok(())
}
