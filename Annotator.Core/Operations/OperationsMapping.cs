using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Annotator.Core.Operations;

internal sealed class OperationMapping : IEntityTypeConfiguration<Operation>
{
    /// <summary>At most one operation of a key is queued or started.</summary>
    public const string ActiveKeyIndex = "ix_operations_key_active";

    public void Configure(EntityTypeBuilder<Operation> builder)
    {
        builder.Property(operation => operation.Arguments).HasColumnType("jsonb");
        builder.Property(operation => operation.Report).HasColumnType("jsonb");
        builder.HasIndex(operation => operation.Key)
            .HasFilter("state in (0, 1)")
            .IsUnique()
            .HasDatabaseName(ActiveKeyIndex);
        builder.HasIndex(operation => operation.State).HasFilter("state in (0, 1)").HasDatabaseName("ix_operations_state_active");
        builder.HasIndex(operation => operation.ExpiryDate);
        builder.HasIndex(operation => new { operation.OwnerId, operation.CreatedDate });
    }
}
