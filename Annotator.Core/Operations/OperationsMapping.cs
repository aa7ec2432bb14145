using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Annotator.Core.Operations;

internal sealed class OperationMapping : IEntityTypeConfiguration<Operation>
{
    public void Configure(EntityTypeBuilder<Operation> builder)
    {
        builder.Property(operation => operation.Arguments).HasColumnType("jsonb");
        builder.Property(operation => operation.Report).HasColumnType("jsonb");
        builder.HasIndex(operation => operation.Key)
            .HasFilter("state in (0, 1)")
            .IsUnique()
            .HasDatabaseName("ix_operations_key_active");
        builder.HasIndex(operation => new { operation.OwnerId, operation.CreatedDate });
    }
}
