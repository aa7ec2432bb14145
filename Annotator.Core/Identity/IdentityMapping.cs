using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Annotator.Core.Identity;

internal sealed class UserMapping : IEntityTypeConfiguration<User>
{
    public void Configure(EntityTypeBuilder<User> builder)
    {
        builder.Property(user => user.FirstName).HasMaxLength(150);
        builder.Property(user => user.LastName).HasMaxLength(150);
        builder.Property(user => user.UserName).HasMaxLength(150);
    }
}

internal sealed class AccessTokenMapping : IEntityTypeConfiguration<AccessToken>
{
    public void Configure(EntityTypeBuilder<AccessToken> builder)
    {
        builder.Property(token => token.Name).HasMaxLength(50);
        builder.Property(token => token.Prefix).HasMaxLength(16);
        builder.HasIndex(token => token.Prefix).IsUnique();
        builder.HasOne(token => token.Owner).WithMany().HasForeignKey(token => token.OwnerId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class InstanceSettingMapping : IEntityTypeConfiguration<InstanceSetting>
{
    public void Configure(EntityTypeBuilder<InstanceSetting> builder)
    {
        builder.HasKey(setting => setting.Key);
        builder.Property(setting => setting.Key).HasMaxLength(64);
        builder.Property(setting => setting.Value).HasMaxLength(1024);
    }
}
