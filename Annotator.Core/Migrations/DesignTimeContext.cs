using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Annotator.Core.Migrations;

/// <summary>Lets <c>dotnet ef</c> build the model without a running system; it never connects.</summary>
internal sealed class DesignTimeContext : IDesignTimeDbContextFactory<AnnotatorDbContext>
{
    public AnnotatorDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<AnnotatorDbContext>().UseNpgsql("Host=localhost").Options);
}
