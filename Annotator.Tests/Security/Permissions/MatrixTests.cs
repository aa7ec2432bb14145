using Annotator.Core.Identity;
using PermissionRules = Annotator.Core.Identity.Permissions;

namespace Annotator.Tests.Security.Permissions;

/// <summary>The rule function against the contract's own cases: every scope, group and relation of work outside organizations.</summary>
public sealed class MatrixTests
{
    private static readonly string[] Lines =
        [.. File.ReadAllLines(Path.Combine(Checkout.Root, "Annotator.Tests", "Security", "Permissions", "matrix.csv")).Skip(2)];

    [Fact]
    public void Every_case_of_the_contract_is_decided_as_the_contract_says()
    {
        Assert.True(Lines.Length > 1000, "the cases are there");
        var wrong = Lines.Where(line => Decide(line) != line.EndsWith(",true", StringComparison.Ordinal)).ToList();
        Assert.Empty(wrong);
    }

    [Fact]
    public void A_scope_that_nobody_defined_is_a_mistake_and_not_a_no()
    {
        Assert.Throws<ArgumentException>(() => PermissionRules.Allow("tasks", "fly", UserGroup.Admin, Relations.Owner));
    }

    private static bool Decide(string line)
    {
        var fields = line.Split(',');
        var group = Enum.Parse<UserGroup>(fields[4], ignoreCase: true);
        return PermissionRules.Allow(fields[0], fields[1], group, Relation(fields[3]));
    }

    private static Relations Relation(string word) => word switch
    {
        "none" or "any" => Relations.None,
        "owner" => Relations.Owner,
        "assignee" => Relations.Assignee,
        "project:owner" => Relations.ProjectOwner,
        "project:assignee" => Relations.ProjectAssignee,
        "task:owner" => Relations.TaskOwner,
        "task:assignee" => Relations.TaskAssignee,
        "self" => Relations.Self,
        _ => throw new ArgumentOutOfRangeException(nameof(word), word, null),
    };
}
