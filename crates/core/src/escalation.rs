//! Known ways from some permissions to more, as data: which actions together make one. The selection is this
//! project's; the sources name the page that describes the way.

/// A way to more rights.
#[derive(Debug)]
pub struct Path {
    /// A few words.
    pub name: &'static str,
    /// What must be allowed together, in AWS's spelling; the first is the one to take away.
    pub actions: &'static [&'static str],
    /// Where it is described.
    pub source: &'static str,
}

/// Rhino Security Labs, the list of 2018 with its later additions.
const RHINO: &str = "https://github.com/RhinoSecurityLabs/AWS-IAM-Privilege-Escalation";
/// Hacking the Cloud, "AWS IAM Privilege Escalation Techniques".
const HACKING_THE_CLOUD: &str = "https://hackingthe.cloud/aws/exploitation/iam_privilege_escalation/";
/// Our own reading of what the actions do.
const INFERRED: &str = "inferred: follows from what AWS documents of the actions";

const fn path(name: &'static str, actions: &'static [&'static str], source: &'static str) -> Path {
    Path { name, actions, source }
}

/// Every path.
pub static PATHS: &[Path] = &[
    path("new version of a policy", &["iam:CreatePolicyVersion"], RHINO),
    path("another version of a policy", &["iam:SetDefaultPolicyVersion"], RHINO),
    path("access key of another user", &["iam:CreateAccessKey"], RHINO),
    path("console password of a user", &["iam:CreateLoginProfile"], RHINO),
    path("changed console password of a user", &["iam:UpdateLoginProfile"], RHINO),
    path("policy attached to a user", &["iam:AttachUserPolicy"], RHINO),
    path("policy attached to a group", &["iam:AttachGroupPolicy"], RHINO),
    path("policy attached to a role", &["iam:AttachRolePolicy"], RHINO),
    path("inline policy of a user", &["iam:PutUserPolicy"], RHINO),
    path("inline policy of a group", &["iam:PutGroupPolicy"], RHINO),
    path("inline policy of a role", &["iam:PutRolePolicy"], RHINO),
    path("membership of a group", &["iam:AddUserToGroup"], RHINO),
    path("trust of another role", &["iam:UpdateAssumeRolePolicy", "sts:AssumeRole"], RHINO),
    path("permissions boundary removed from a role", &["iam:DeleteRolePermissionsBoundary"], INFERRED),
    path("permissions boundary removed from a user", &["iam:DeleteUserPermissionsBoundary"], INFERRED),
    path("permissions boundary of a role replaced", &["iam:PutRolePermissionsBoundary"], INFERRED),
    path("permissions boundary of a user replaced", &["iam:PutUserPermissionsBoundary"], INFERRED),
    path("denying policy detached from a role", &["iam:DetachRolePolicy"], HACKING_THE_CLOUD),
    path("denying policy detached from a user", &["iam:DetachUserPolicy"], HACKING_THE_CLOUD),
    path("denying inline policy of a role deleted", &["iam:DeleteRolePolicy"], HACKING_THE_CLOUD),
    path("denying inline policy of a user deleted", &["iam:DeleteUserPolicy"], HACKING_THE_CLOUD),
    path("credentials of a service for another user", &["iam:CreateServiceSpecificCredential"], INFERRED),
    path("identity provider replaced", &["iam:UpdateSAMLProvider"], INFERRED),
    path("role for a new instance", &["iam:PassRole", "ec2:RunInstances"], RHINO),
    path("role for a spot instance", &["iam:PassRole", "ec2:RequestSpotInstances"], INFERRED),
    path("other role for an instance", &["iam:PassRole", "ec2:AssociateIamInstanceProfile"], HACKING_THE_CLOUD),
    path(
        "other role for an instance with one",
        &["iam:PassRole", "ec2:ReplaceIamInstanceProfileAssociation"],
        HACKING_THE_CLOUD,
    ),
    path(
        "other role in an instance profile",
        &["iam:AddRoleToInstanceProfile", "iam:RemoveRoleFromInstanceProfile", "iam:PassRole"],
        HACKING_THE_CLOUD,
    ),
    path(
        "start script of an instance",
        &["ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"],
        HACKING_THE_CLOUD,
    ),
    path("commands on instances", &["ssm:SendCommand"], HACKING_THE_CLOUD),
    path("shell on instances", &["ssm:StartSession"], HACKING_THE_CLOUD),
    path("SSH key on instances", &["ec2-instance-connect:SendSSHPublicKey"], HACKING_THE_CLOUD),
    path("role for a new function", &["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"], RHINO),
    path(
        "role for a new function, called by others",
        &["iam:PassRole", "lambda:CreateFunction", "lambda:AddPermission"],
        RHINO,
    ),
    path(
        "role for a new function, called by events",
        &["iam:PassRole", "lambda:CreateFunction", "lambda:CreateEventSourceMapping"],
        RHINO,
    ),
    path("code of a function", &["lambda:UpdateFunctionCode"], RHINO),
    path("layer or handler of a function", &["lambda:UpdateFunctionConfiguration"], RHINO),
    path("role for a stack", &["iam:PassRole", "cloudformation:CreateStack"], RHINO),
    path("template of a stack with a role", &["cloudformation:UpdateStack"], HACKING_THE_CLOUD),
    path(
        "change set of a stack with a role",
        &["cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"],
        HACKING_THE_CLOUD,
    ),
    path(
        "stack set with a role",
        &["iam:PassRole", "cloudformation:CreateStackSet", "cloudformation:CreateStackInstances"],
        INFERRED,
    ),
    path(
        "role for a pipeline",
        &[
            "iam:PassRole",
            "datapipeline:CreatePipeline",
            "datapipeline:PutPipelineDefinition",
            "datapipeline:ActivatePipeline",
        ],
        RHINO,
    ),
    path("role for a Glue endpoint", &["iam:PassRole", "glue:CreateDevEndpoint"], RHINO),
    path("SSH key of a Glue endpoint", &["glue:UpdateDevEndpoint"], RHINO),
    path("role for a Glue job", &["iam:PassRole", "glue:CreateJob", "glue:StartJobRun"], HACKING_THE_CLOUD),
    path("script of a Glue job", &["iam:PassRole", "glue:UpdateJob", "glue:StartJobRun"], HACKING_THE_CLOUD),
    path(
        "role for a notebook",
        &["iam:PassRole", "sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"],
        RHINO,
    ),
    path("notebook of others", &["sagemaker:CreatePresignedNotebookInstanceUrl"], RHINO),
    path("role for a training job", &["iam:PassRole", "sagemaker:CreateTrainingJob"], HACKING_THE_CLOUD),
    path("role for a processing job", &["iam:PassRole", "sagemaker:CreateProcessingJob"], HACKING_THE_CLOUD),
    path("role for a build", &["iam:PassRole", "codebuild:CreateProject", "codebuild:StartBuild"], HACKING_THE_CLOUD),
    path("role for a task", &["iam:PassRole", "ecs:RegisterTaskDefinition", "ecs:RunTask"], HACKING_THE_CLOUD),
    path("role for a service of tasks", &["iam:PassRole", "ecs:RegisterTaskDefinition", "ecs:CreateService"], INFERRED),
    path("commands in containers", &["ecs:ExecuteCommand"], INFERRED),
    path("role for a state machine", &["iam:PassRole", "states:CreateStateMachine", "states:StartExecution"], INFERRED),
    path("role for an automation", &["iam:PassRole", "ssm:StartAutomationExecution"], INFERRED),
    path("role for a schedule", &["iam:PassRole", "scheduler:CreateSchedule"], INFERRED),
    path("role for a rule of events", &["iam:PassRole", "events:PutRule", "events:PutTargets"], INFERRED),
    path("role for a cluster of machines", &["iam:PassRole", "elasticmapreduce:RunJobFlow"], INFERRED),
    path("role for a batch job", &["iam:PassRole", "batch:RegisterJobDefinition", "batch:SubmitJob"], INFERRED),
    path("role for a new App Runner service", &["iam:PassRole", "apprunner:CreateService"], INFERRED),
    path(
        "permission set of IAM Identity Center",
        &["sso:PutInlinePolicyToPermissionSet", "sso:ProvisionPermissionSet"],
        INFERRED,
    ),
    path("account assignment in IAM Identity Center", &["sso:CreateAccountAssignment"], INFERRED),
    path("service control policy detached", &["organizations:DetachPolicy"], INFERRED),
];
