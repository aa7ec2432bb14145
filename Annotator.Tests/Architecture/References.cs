namespace Annotator.Tests.Architecture;

public sealed class References
{
    [Fact]
    public void Formats_references_no_other_room()
    {
        Assert.DoesNotContain(
            typeof(Annotator.Formats.Model.ShapeKind).Assembly.GetReferencedAssemblies(),
            assembly => assembly.Name!.StartsWith("Annotator.", StringComparison.Ordinal));
    }
}
