using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Annotator.Core.CloudStorages;

internal sealed class CloudStorageMapping : IEntityTypeConfiguration<CloudStorage>
{
    public void Configure(EntityTypeBuilder<CloudStorage> builder)
    {
        builder.Property(storage => storage.ProviderType).HasMaxLength(32);
        builder.Property(storage => storage.Resource).HasMaxLength(222);
        builder.Property(storage => storage.DisplayName).HasMaxLength(63);
        builder.Property(storage => storage.CredentialsType).HasMaxLength(32);
        builder.Property(storage => storage.SpecificAttributes).HasMaxLength(1024);
        builder.Property(storage => storage.RowVersion).IsRowVersion();
        builder.HasOne(storage => storage.Owner).WithMany().HasForeignKey(storage => storage.OwnerId).OnDelete(DeleteBehavior.SetNull);
    }
}
